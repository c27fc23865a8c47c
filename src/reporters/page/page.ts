import { createHash } from 'node:crypto';
import type { Summary } from '../summary/schema.ts';
import { pageScript, pageStyle } from './assets.ts';
import type { ChartData } from './chart-data.ts';
import { embeddedJson, type Html, html, trusted } from './html.ts';
import type { PageData } from './page-data.ts';
import { crowdPanels } from './panels.ts';
import { chartsSection } from './sections/charts.ts';
import { factsSection } from './sections/facts.ts';
import { failuresSection } from './sections/failures.ts';
import { generatorSection } from './sections/generator.ts';
import { operationsTable } from './sections/operations.ts';
import { targetsTable } from './sections/targets.ts';
import { keyFigures, verdictSection } from './sections/verdict.ts';

/** The performance page of a run: one file that needs no other and no network. */
export async function performancePage(data: PageData): Promise<string> {
  const [script, style] = [await pageScript(), pageStyle()];
  const { crowds, runId } = data;
  const groups = crowds.map(crowdPanels);
  const charts: ChartData = { groups };
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '${trusted(hash(script))}'; style-src '${trusted(hash(style))}'; base-uri 'none'; form-action 'none'">
<meta name="color-scheme" content="light dark">
<title>${titleOf(data)}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top"><h1>Performance <span>${runId}</span></h1></header>
<main id="content">${crowds.map((summary, index) => crowd(summary, groups[index]!))}</main>
<footer>Made by fullhouse. Percentiles are those of merged histograms, by nearest rank, with 95 % confidence intervals.</footer>
<script type="application/json" id="charts">${embeddedJson(charts)}</script>
<script>${trusted(script)}</script>
</body>
</html>
`.markup;
}

function crowd(summary: Summary, group: ChartData['groups'][number]): Html {
  return html`${verdictSection(summary)}
${keyFigures(summary)}
<div class="first">
<div>${targetsTable(summary.targets)}${generatorSection(summary)}</div>
${factsSection(summary)}
</div>
${group.seconds.length > 0 && chartsSection(group, 'Over time')}
${operationsTable(summary)}
${failuresSection(summary)}`;
}

function titleOf({ crowds, runId }: PageData): string {
  return [...crowds.map(({ verdict, run }) => `${run.crowd}: ${verdict}`), runId].join(' · ');
}

/** As a Content-Security-Policy names the one script or style that it allows. */
function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
