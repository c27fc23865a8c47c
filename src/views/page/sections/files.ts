import { type Html, html } from '../html.ts';

interface Kind {
  readonly pattern: RegExp;
  readonly content: string;
}

/** The files of a run in the order of the list; each file has the text of the first pattern that fits. */
const kinds: readonly Kind[] = [
  { pattern: /(^|\/)summary\.json$/, content: 'all results of a load test or a search, for programs' },
  { pattern: /(^|\/)summary\.md$/, content: 'the results of a load test or a search in Markdown' },
  { pattern: /^soak\.json$/, content: 'all results of a soak, for programs' },
  { pattern: /^soak\.md$/, content: 'the results of a soak in Markdown' },
  { pattern: /^(chaos|bench|conduct)\.md$/, content: 'the results of a phase in Markdown' },
  { pattern: /(^|\/)timings\.csv$/, content: 'one row for each second and operation' },
  { pattern: /(^|\/)metrics\.prom$/, content: 'the figures of the whole run, for Prometheus' },
  { pattern: /(^|\/)hgrm\/$/, content: 'latencies as percentile distributions, for HdrHistogram’s plotters' },
  { pattern: /^junit\.xml$/, content: 'test results, for CI' },
  { pattern: /^html\/index\.html$/, content: 'Playwright’s report' },
  {
    pattern: /^(evidence|soak|chaos|bench|conduct)\/$/,
    content: 'the records from which all reports are made',
  },
];

/** Links to the files of the run; nothing without files. They are relative: the page and its folder may move. */
export function filesSection(files: readonly string[]): Html {
  const listed = [...new Set(files.map(folderOfMany))].flatMap((path) => {
    const place = kinds.findIndex(({ pattern }) => pattern.test(path));
    return place === -1 ? [] : [{ path, place }];
  });
  if (listed.length === 0) return html``;
  const rows = listed.sort((one, other) => one.place - other.place || one.path.localeCompare(other.path));
  return html`<div class="section-head"><h2 class="files-head">Files of this run</h2></div>
<p class="conditions">They are next to this page, in the folder of the run.</p>
<div class="card"><table class="files"><tbody>${rows.map(
    ({ path, place }) =>
      html`<tr><th scope="row"><a href="${addressOf(path)}">${path}</a></th><td>${kinds[place]!.content}</td></tr>`,
  )}</tbody></table></div>`;
}

/** A folder with many files of one kind has one link. */
function folderOfMany(path: string): string {
  return path.replace(/(^|\/)hgrm\/.*$/, '$1hgrm/');
}

function addressOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
