import { timeText } from '../../history/wording.ts';
import { counted } from '../../kernel/figures.ts';
import { policyHash } from '../page/embedded.ts';
import { type Html, html, trusted } from '../page/html.ts';
import { TOO_FEW_NOTE } from '../wording.ts';
import { assets } from './assets.ts';
import type { ListedRun, ReadRuns } from './read-runs.ts';
import { runsTable } from './rows.ts';
import { trendsOf } from './trends.ts';
import { trendsSection } from './trends-section.ts';

const kinds = ['load', 'capacity', 'soak', 'bench', 'chaos', 'conduct'];
const verdicts = ['passed', 'failed', 'inconclusive', 'interrupted'];

/**
 * The page of all runs: one file. Its script may load further scripts ('strict-dynamic'): the curves of two runs, from
 * their folders. A page of a `file:` URL has no origin, so that no browser allows it more by `'self'`.
 */
export async function allRunsPage({ runs, older }: ReadRuns): Promise<string> {
  const { script, style } = await assets();
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '${trusted(policyHash(script))}' 'strict-dynamic'; style-src '${trusted(policyHash(style))}'; base-uri 'none'; form-action 'none'">
<meta name="color-scheme" content="light dark">
<title>All runs · fullhouse</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top"><h1>All runs</h1><p>${summaryLine(runs, older.length)}</p></header>
<main id="content" tabindex="-1">
<div id="list">
<form id="filters" class="control" role="search" aria-label="Runs">
<label>Text <input type="search" name="q" autocomplete="off" spellcheck="false"></label>
<label>Phase <select name="phase">${options(kinds)}</select></label>
<label>Verdict <select name="verdict">${options(verdicts)}</select></label>
<output id="shown"></output>
</form>
<p class="compare control"><button type="button" id="compare" disabled>Compare</button> <span id="ticked" role="status">Tick two runs to compare them.</span></p>
<noscript><p>The filter and the comparison of two runs need JavaScript.</p></noscript>
${runs.length === 0 ? html`<p>There is no run yet. Start a run with <code>npx playwright test</code>.</p>` : runsTable(runs)}
${trendsSection(trendsOf(runs))}
</div>
<div id="comparison" hidden></div>
</main>
<footer>Made by fullhouse. Times are UTC. Figures are about all actions of a load. ${TOO_FEW_NOTE}. The file is made again at the end of each run, and by <code>npx fullhouse report &lt;run&gt;</code>.</footer>
<script>${trusted(script)}</script>
</body>
</html>
`.markup;
}

function options(names: readonly string[]): Html {
  return html`<option value="">all</option>${names.map((name) => html`<option>${name}</option>`)}`;
}

function summaryLine(runs: readonly ListedRun[], older: number): string {
  const [latest] = runs
    .flatMap(({ phases }) => phases.map(({ at }) => at))
    .sort()
    .reverse();
  return [
    counted(runs.length, 'run'),
    ...(latest === undefined ? [] : [`the latest of ${timeText(latest)}`]),
    ...(older > 0 ? [`${counted(older, 'older run')} not listed`] : []),
  ].join(', ');
}
