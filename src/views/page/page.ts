import { runAnswer } from '../../history/answer.ts';
import type { ChartData } from '../../look/chart-data.ts';
import { answersOf } from '../answers.ts';
import type { ReportPart, RunReport } from '../report-part.ts';
import { BRACKET_NOTE, TOO_FEW_NOTE } from '../wording.ts';
import { pageAssets } from './assets.ts';
import { policyHash } from './embedded.ts';
import { embeddedJson, html, trusted } from './html.ts';
import type { PageData } from './page-data.ts';
import type { Phase } from './phase.ts';
import { phasesOf } from './phases.ts';
import { filesSection } from './sections/files.ts';
import { pageHeader } from './sections/header.ts';
import { SectionList } from './sections/section-list.ts';

/** `index.html` of a run: all its phases in one page. */
export const performancePagePart: ReportPart = {
  name: 'index.html',
  async write(report, write, files) {
    const { crowds, soak, answers, experiments, benchmarks } = report;
    if (soak || crowds.length + answers.length + experiments.length + benchmarks.length > 0)
      await write(
        'index.html',
        await performancePage({ ...report, files: filesOf(report, [...files.keys()]) }),
      );
  },
};

/** The written files, Playwright's reports, which every run has at its end, and the folders of the evidence. */
function filesOf(report: RunReport, written: readonly string[]): string[] {
  const folders = [
    report.crowds.length > 0 && 'evidence/',
    report.soak !== undefined && 'soak/',
    report.experiments.length > 0 && 'chaos/',
    report.benchmarks.length > 0 && 'bench/',
    report.answers.length > 0 && 'conduct/',
  ];
  return [...written, 'junit.xml', 'html/index.html', ...folders.filter((one) => one !== false)];
}

/** The performance page of a run: one file that needs no other file and no network. */
export async function performancePage(data: PageData): Promise<string> {
  const { script, style } = await pageAssets();
  const files = new SectionList('run');
  const filesHtml = files.add('files', 'Files', filesSection(data.files ?? []));
  const phases = phasesOf(data).map((phase) => ({ ...phase, links: [...phase.links, ...files.links] }));
  const charts: ChartData = {
    groups: phases.flatMap(({ groups }) => groups),
    distributions: phases.flatMap(({ distributions }) => distributions),
    searches: phases.flatMap(({ searches = [] }) => searches),
  };
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '${trusted(policyHash(script))}'; style-src '${trusted(policyHash(style))}'; base-uri 'none'; form-action 'none'">
<meta name="color-scheme" content="light dark">
<title>${titleOf(phases, data.runId)}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${pageHeader(data.runId, phases)}
<main id="content" tabindex="-1">${runVerdict(data)}${phases.map(
    ({ id, content }) =>
      html`<article id="${id}" aria-labelledby="${id}-heading" data-phase>${content}</article>`,
  )}${filesHtml}</main>
<footer>Made by fullhouse. Percentiles are those of merged histograms, by nearest rank; intervals are 95% confidence intervals. ${TOO_FEW_NOTE}. ${BRACKET_NOTE} Over time, it is the darker band below P50 and P95.</footer>
<script type="application/json" id="charts">${embeddedJson(charts)}</script>
<script>${trusted(script)}</script>
</body>
</html>
`.markup;
}

/** The answer of the run, above the answers of several phases. */
function runVerdict(data: PageData) {
  const answers = answersOf(data);
  return answers.length > 1 && html`<p class="run-verdict">${runAnswer(answers)?.sentence}</p>`;
}

function titleOf(phases: readonly Phase[], runId: string): string {
  return [...phases.map(({ title, verdict }) => `${title}: ${verdict}`), runId].join(' · ');
}
