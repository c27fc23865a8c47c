import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CrowdRecord } from '../../crowd/coordinator/messages.ts';
import type { Exemplar } from '../../crowd/exemplars.ts';
import type { ShareReport } from '../../crowd/share-report.ts';
import { runFolder, writeRunFile } from '../../run/run-folder.ts';
import { jsonText } from '../json-text.ts';
import type { ComparisonEvidence } from './comparison.ts';
import {
  type CrowdEvidence,
  type CrowdFile,
  comparisonFile,
  crowdFolder,
  exemplarsFile,
  shareFile,
} from './crowd-evidence.ts';

export interface KeptCrowd {
  readonly evidence: CrowdEvidence;
  readonly crowdPath: string;
  /** Files of the shares that could not write them themselves, because their process was gone. */
  readonly sharePaths: readonly string[];
}

/** Keeps the whole report of one share in the folder of the run; answers the path. */
export function keepShare(runId: string, report: ShareReport): Promise<string> {
  return writeRunFile(runId, shareFile(report.crowd, report.share), JSON.stringify(report));
}

/** Keeps which sessions of one share were worth keeping, and what is left of them. */
export function keepExemplars(
  runId: string,
  { crowd, share }: Pick<ShareReport, 'crowd' | 'share'>,
  exemplars: readonly Exemplar[],
): Promise<string> {
  return writeRunFile(runId, exemplarsFile(crowd, share), jsonText(exemplars));
}

/** Keeps a crowd beside what it was compared with. */
export function keepComparison(
  runId: string,
  crowd: string,
  comparison: ComparisonEvidence,
): Promise<string> {
  return writeRunFile(runId, comparisonFile(crowd), jsonText(comparison));
}

/** Keeps what is known of a crowd in the folder of its run, before anybody makes something of it. */
export async function keepCrowd(
  { reports, ...crowd }: CrowdRecord,
  context: Pick<CrowdFile, 'schedule' | 'targets' | 'facts' | 'mergedFrom'>,
): Promise<KeptCrowd> {
  const { runId } = context.facts;
  const sharePaths: string[] = [];
  for (const report of reports) {
    if (!existsSync(join(runFolder(runId), shareFile(crowd.name, report.share))))
      sharePaths.push(await keepShare(runId, report));
  }
  const file: CrowdFile = { schema: 'fullhouse/crowd/1', ...crowd, ...context };
  const path = `${crowdFolder(crowd.name)}/crowd.json`;
  return {
    evidence: { ...file, reports },
    crowdPath: await writeRunFile(runId, path, jsonText(file)),
    sharePaths,
  };
}
