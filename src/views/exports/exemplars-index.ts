import { statSync } from 'node:fs';
import type { Exemplar } from '../../crowd/exemplars.ts';
import { jsonText } from '../../results/evidence/json-text.ts';
import { exemplarFiles, exemplarPath } from '../../results/exemplar-files.ts';
import type { CrowdReport } from '../../results/summary/summarise-readable.ts';
import type { ReportPart } from '../report-part.ts';

/** One file of `exemplars/`, with everything that it explains. */
interface Indexed {
  readonly file: string;
  readonly bytes: number;
  readonly kind: 'trace' | 'screenshot';
  readonly crowd: string;
  readonly who: string;
  readonly explains: readonly Reason[];
}

interface Reason extends Pick<Exemplar, 'operation' | 'outcome' | 'ms'> {
  readonly why: 'one of the slowest' | 'failed';
}

/** `exemplars/index.json`: what each file shows, of which operation, why it was kept, and its size. */
export const exemplarsIndex: ReportPart = {
  name: 'the index of exemplars',
  async write({ crowds }, write) {
    const files = crowds.flatMap(indexed);
    if (files.length === 0) return;
    const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
    await write('exemplars/index.json', jsonText({ schema: 'fullhouse/exemplars/1', totalBytes, files }));
  },
};

function indexed({ summary: { run }, evidence: { exemplars = [] } }: CrowdReport): Indexed[] {
  return exemplarFiles(exemplars).flatMap(({ name, file }): Indexed[] => {
    const path = exemplarPath(run.id, file);
    if (path === undefined) return [];
    const own = exemplars.filter(({ trace, screenshot }) => trace === file || screenshot === file);
    return [
      {
        file,
        bytes: statSync(path).size,
        kind: name === 'trace' ? 'trace' : 'screenshot',
        crowd: run.crowd,
        who: own[0]!.who,
        explains: own.map(({ operation, ms, outcome }) => ({
          operation,
          why: ms === null ? 'failed' : 'one of the slowest',
          ms,
          outcome,
        })),
      },
    ];
  });
}
