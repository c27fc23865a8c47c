import { createHash } from 'node:crypto';
import type { ChartData } from '../../look/chart-data.ts';
import type { ReportPart } from '../report-part.ts';
import { runVerdictLine } from '../run-verdict.ts';
import { BRACKET_NOTE, TOO_FEW_NOTE } from '../wording.ts';
import { pageAssets } from './assets.ts';
import { embeddedJson, html, trusted } from './html.ts';
import type { PageData } from './page-data.ts';
import { type Phase, phasesNavigation, phasesOf } from './phases.ts';

/** `index.html` of a run: all its phases in one page. */
export const performancePagePart: ReportPart = {
  name: 'index.html',
  async write(report, write) {
    const { crowds, answers, experiments, benchmarks } = report;
    if (crowds.length + answers.length + experiments.length + benchmarks.length > 0)
      await write('index.html', await performancePage(report));
  },
};

/** The performance page of a run: one file that needs no other file and no network. */
export async function performancePage(data: PageData): Promise<string> {
  const { script, style } = await pageAssets();
  const phases = phasesOf(data);
  const charts: ChartData = {
    groups: phases.flatMap(({ groups }) => groups),
    distributions: phases.flatMap(({ distributions }) => distributions),
  };
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '${trusted(hash(script))}'; style-src '${trusted(hash(style))}'; base-uri 'none'; form-action 'none'">
<meta name="color-scheme" content="light dark">
<title>${titleOf(phases, data.runId)}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top"><h1>Performance <span>${data.runId}</span></h1>${phasesNavigation(phases)}</header>
<main id="content" tabindex="-1">${runVerdict(data)}${phases.map(
    ({ id, content }) =>
      html`<article id="${id}" aria-labelledby="${id}-heading" data-phase>${content}</article>`,
  )}</main>
<footer>Made by fullhouse. Percentiles are those of merged histograms, by nearest rank; intervals are 95% confidence intervals. ${TOO_FEW_NOTE}. ${BRACKET_NOTE} Over time, it is the darker band below P50 and P95.</footer>
<script type="application/json" id="charts">${embeddedJson(charts)}</script>
<script>${trusted(script)}</script>
</body>
</html>
`.markup;
}

/** The verdict of the run, above the verdicts of several load tests. */
function runVerdict({ crowds }: PageData) {
  const line = runVerdictLine(crowds.map(({ summary }) => summary));
  return line !== undefined && html`<p>${line}</p>`;
}

function titleOf(phases: readonly Phase[], runId: string): string {
  return [...phases.map(({ title, verdict }) => `${title}: ${verdict}`), runId].join(' · ');
}

/** The hash by which the Content-Security-Policy allows a script or a style. */
function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
