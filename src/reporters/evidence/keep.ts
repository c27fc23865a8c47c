import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CrowdRecord } from '../../crowd/coordinator/messages.ts';
import type { Exemplar } from '../../crowd/exemplars.ts';
import type { ShareReport } from '../../crowd/share-report.ts';
import { type FileFailure, onlyFileFailure } from '../../kernel/file-failure.ts';
import { runFolder, writeRunFile } from '../../run/run-folder.ts';
import { jsonText } from '../json-text.ts';
import type { ComparisonEvidence } from './comparison.ts';
import {
  type CrowdEvidence,
  type CrowdFile,
  comparisonFile,
  crowdFile,
  exemplarsFile,
  shareFile,
} from './crowd-evidence.ts';
import { forgetProgress } from './progress.ts';

export interface KeptCrowd {
  readonly evidence: CrowdEvidence;
  /** Undefined where it could not be written. */
  readonly crowdPath: string | undefined;
  /** Files of the shares that could not write them themselves, because their process was gone. */
  readonly sharePaths: readonly string[];
  /** Why files could not be written. The evidence above is whole all the same: it is judged, and said so. */
  readonly failures: readonly FileFailure[];
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
  const failures: FileFailure[] = [];
  const written = async (writing: Promise<string>) => {
    try {
      return [await writing];
    } catch (error) {
      failures.push(onlyFileFailure(error));
      return [];
    }
  };
  const sharePaths: string[] = [];
  for (const report of reports) {
    if (!existsSync(join(runFolder(runId), shareFile(crowd.name, report.share))))
      sharePaths.push(...(await written(keepShare(runId, report))));
  }
  const file: CrowdFile = { schema: 'fullhouse/crowd/1', ...crowd, ...context };
  const [crowdPath] = await written(writeRunFile(runId, crowdFile(crowd.name), jsonText(file)));
  // Until the whole reports are there, it is the only evidence.
  if (failures.length === 0)
    await forgetProgress(
      runId,
      crowd.name,
      reports.map(({ share }) => share),
    );
  return { evidence: { ...file, reports }, crowdPath, sharePaths, failures };
}
