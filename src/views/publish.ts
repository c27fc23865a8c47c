import { inOrder } from '../benchmarks/result.ts';
import { runAnswer } from '../history/answer.ts';
import { FileFailure, groupedFailures } from '../kernel/file-failure.ts';
import { fileName } from '../kernel/file-name.ts';
import { escapeMarkdown } from '../kernel/outside-text.ts';
import type { CrowdEvidence } from '../results/evidence/crowd-evidence.ts';
import { jsonText } from '../results/evidence/json-text.ts';
import { readEvidence } from '../results/evidence/read.ts';
import { summariseSoak } from '../results/summary/soak.ts';
import type { CrowdReport } from '../results/summary/summarise-readable.ts';
import { summariseReadable } from '../results/summary/summarise-readable.ts';
import { writeRunFile } from '../run/run-folder.ts';
import { curvesPart } from './all-runs/curves/of-run.ts';
import { entryPart } from './all-runs/entry/of-run.ts';
import { allureResults } from './allure/allure-part.ts';
import { answersOf } from './answers.ts';
import { benchMarkdown } from './console/bench-block.ts';
import * as formats from './exports/formats.ts';
import { chaosMarkdown } from './markdown/chaos-markdown.ts';
import { conductMarkdown } from './markdown/conduct-markdown.ts';
import { soakMarkdown } from './markdown/soak-markdown.ts';
import { markdown } from './markdown/summary-markdown.ts';
import { performancePagePart } from './page/page.ts';
import { contextOf } from './phase-context.ts';
import type { ReportPart, RunReport, SoakReport, WriteReport } from './report-part.ts';
import { verdictFile } from './verdict-file.ts';

/** Our reports of a run. Playwright's reporters write their own. */
const allParts: readonly ReportPart[] = [
  verdictFile,
  {
    name: 'summary.json',
    async write({ crowds }, write) {
      for (const { folder, summary } of crowds) await write(`${folder}summary.json`, jsonText(summary));
    },
  },
  {
    name: 'summary.md',
    async write(report, write) {
      const { crowds } = report;
      const ofRun = crowds.length > 1 ? runAnswer(answersOf(report))?.sentence : undefined;
      for (const { folder, summary } of crowds) {
        const above = folder === '' && ofRun !== undefined ? `${escapeMarkdown(ofRun)}\n\n` : '';
        await write(`${folder}summary.md`, `${above}${markdown(summary)}`);
      }
    },
  },
  {
    name: 'soak.json',
    async write({ soak }, write) {
      if (soak) await write('soak.json', jsonText(soak.summary));
    },
  },
  {
    name: 'soak.md',
    async write({ soak }, write) {
      if (soak) await write('soak.md', soakMarkdown(soak.summary));
    },
  },
  {
    name: 'conduct.md',
    async write(report, write) {
      const { answers } = report;
      if (answers.length > 0)
        await write('conduct.md', conductMarkdown(answers, contextOf('conduct', report)));
    },
  },
  {
    name: 'chaos.md',
    async write(report, write) {
      const { experiments } = report;
      if (experiments.length > 0)
        await write('chaos.md', chaosMarkdown(experiments, contextOf('chaos', report)));
    },
  },
  {
    name: 'bench.md',
    async write(report, write) {
      const { benchmarks } = report;
      if (benchmarks.length > 0)
        await write('bench.md', benchMarkdown(inOrder(benchmarks), contextOf('bench', report)));
    },
  },
  entryPart,
  curvesPart,
  ...Object.values<ReportPart>(formats),
  // It links to the files of the parts above.
  performancePagePart,
  // The last part, because it attaches the files of the others.
  allureResults,
];

export interface Published extends RunReport {
  /** Paths of the written files, by their names within the folder of the run. */
  readonly files: ReadonlyMap<string, string>;
  /** Read and write failures, one line each. The evidence and all other reports stay. */
  readonly problems: readonly string[];
}

/**
 * Makes every report of a run from the evidence in its folder; this can be repeated. `held`: crowds in the memory of this
 * process, whose evidence could not be written.
 */
export async function publish(
  runId: string,
  parts = allParts,
  held: readonly CrowdEvidence[] = [],
): Promise<Published> {
  const { crowds: kept, soak: soaked, damaged, ...rest } = readEvidence(runId);
  const failures: unknown[] = damaged.map((file) => `cannot be read: ${file}`);
  const attempt = async (what: string, act: () => unknown) => {
    try {
      await act();
    } catch (error) {
      failures.push(
        error instanceof FileFailure
          ? error
          : `${what} was not written: ${(error as Error).message ?? error}`,
      );
    }
  };
  // The crowds of a soak are its rounds. Only the evidence on disk has exemplars.
  const evidence = soaked
    ? []
    : [
        ...kept.map((crowd) => ({ ...crowd, ...held.find(({ name }) => name === crowd.name) })),
        ...held.filter(({ name }) => kept.every((crowd) => crowd.name !== name)),
      ];
  const crowds: CrowdReport[] = [];
  for (const [position, crowd] of evidence.entries()) {
    // The first crowd writes into the folder of the run, each further crowd into its own folder.
    const folder = position === 0 ? '' : `${fileName(crowd.name)}/`;
    await attempt(`the summary of ${crowd.name}`, () => {
      const { damaged, ...summarised } = summariseReadable(crowd);
      failures.push(...damaged.map((file) => `cannot be read: ${file}`));
      crowds.push({ folder, ...summarised });
    });
  }
  let soak: SoakReport | undefined;
  if (soaked)
    await attempt('the summary of the soak', () => {
      if (rest.facts === undefined) throw new Error('the run has no facts of its service and settings');
      soak = { evidence: soaked, summary: summariseSoak(soaked, rest.facts) };
    });
  const report: RunReport = { ...rest, crowds, soak };
  const files = new Map<string, string>();
  const write: WriteReport = async (name, content) => {
    files.set(name, await writeRunFile(runId, name, content));
  };
  for (const part of parts) await attempt(part.name, () => part.write(report, write, files));
  return { ...report, files, problems: groupedFailures(failures) };
}
