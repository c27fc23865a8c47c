import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CrowdRecord } from '../../crowd/coordinator/messages.ts';
import type { Exemplar } from '../../crowd/exemplars.ts';
import type { SliceReport } from '../../crowd/slice-report.ts';
import type { RunFacts } from '../../history/run-facts.ts';
import { type FileFailure, onlyFileFailure } from '../../kernel/file-failure.ts';
import { runFolder, writeRunFile } from '../../run/run-folder.ts';
import type { ComparisonEvidence } from './comparison.ts';
import {
  type CrowdEvidence,
  type CrowdFile,
  comparisonFile,
  crowdFile,
  exemplarsFile,
  sliceFile,
} from './crowd-evidence.ts';
import { jsonText } from './json-text.ts';
import { keepCapacity, scheduleOfSearch } from './keep-capacity.ts';
import { forgetProgress } from './progress.ts';

export interface KeptCrowd {
  readonly evidence: CrowdEvidence;
  /** Undefined if it could not be written. */
  readonly crowdPath: string | undefined;
  /** Files of the slices whose process ended before it could write them. */
  readonly slicePaths: readonly string[];
  /** Why files could not be written. The evidence above is still complete and is judged; reports show this failure. */
  readonly failures: readonly FileFailure[];
}

/** In the folder of a run; a run without a crowd has its facts nowhere else. */
export const FACTS_FILE = 'run.json';

/** Every test that leaves evidence writes the same facts. */
export function keepFacts(facts: RunFacts): Promise<string> {
  return writeRunFile(facts.runId, FACTS_FILE, `${JSON.stringify(facts, null, 2)}\n`);
}

/** Saves the whole report of one slice in the folder of the run; returns the path. */
export function keepSlice(runId: string, report: SliceReport): Promise<string> {
  return writeRunFile(runId, sliceFile(report.crowd, report.slice), JSON.stringify(report));
}

/** Saves the list of exemplars of one slice, with their files. */
export function keepExemplars(
  runId: string,
  { crowd, slice }: Pick<SliceReport, 'crowd' | 'slice'>,
  exemplars: readonly Exemplar[],
): Promise<string> {
  return writeRunFile(runId, exemplarsFile(crowd, slice), jsonText(exemplars));
}

/** Saves a crowd with its comparison. */
export function keepComparison(
  runId: string,
  crowd: string,
  comparison: ComparisonEvidence,
): Promise<string> {
  return writeRunFile(runId, comparisonFile(crowd), jsonText(comparison));
}

/** Saves the data of a crowd in the folder of its run, before any report is made. */
export async function keepCrowd(
  { reports, capacity, ...crowd }: CrowdRecord,
  context: Pick<CrowdFile, 'schedule' | 'targets' | 'facts' | 'mergedFrom'>,
): Promise<KeptCrowd> {
  const { runId } = context.facts;
  const failures: FileFailure[] = [];
  const written = async (writing: Promise<string>) => {
    try {
      return [await writing];
    } catch (error) {
      failures.push(onlyFileFailure(error));
      return [];
    }
  };
  const slicePaths: string[] = [];
  for (const report of reports) {
    if (!existsSync(join(runFolder(runId), sliceFile(crowd.name, report.slice))))
      slicePaths.push(...(await written(keepSlice(runId, report))));
  }
  const schedule = (capacity && scheduleOfSearch(capacity, context)) ?? context.schedule;
  const file: CrowdFile = { schema: 'fullhouse/crowd/2', ...crowd, ...context, schedule };
  if (capacity) await written(keepCapacity(runId, crowd.name, capacity));
  const [crowdPath] = await written(writeRunFile(runId, crowdFile(crowd.name), jsonText(file)));
  // It is the only evidence until the whole reports exist.
  if (failures.length === 0)
    await forgetProgress(
      runId,
      crowd.name,
      reports.map(({ slice }) => slice),
    );
  const evidence = { ...file, reports, ...(capacity ? { capacity } : {}) };
  return { evidence, crowdPath, slicePaths, failures };
}
