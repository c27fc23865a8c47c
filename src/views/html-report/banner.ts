import { relative, sep } from 'node:path';
import { html, trusted } from '../page/html.ts';
import type { Answer } from './answer.ts';

/**
 * The address of the performance page at `path`, relative to the folder of Playwright's report. It ends in `#`, so that
 * it is no path of a file: Playwright's report copies a file that it can read, and links to any other path.
 */
export function pageFrom(folder: string, path: string): string {
  return `${relative(folder, path).split(sep).map(encodeURIComponent).join('/')}#`;
}

/** Variables of Playwright's report, so that the banner follows its themes. */
const STYLE = `
#fullhouse-answer {
  box-sizing: border-box; max-width: 976px; margin: 16px auto 0; padding: 12px 16px;
  font: 14px/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
  color: var(--color-fg-default, CanvasText); background: var(--color-canvas-subtle, Canvas);
  border: 1px solid var(--color-border-default, GrayText); border-left-width: 4px; border-radius: 6px;
}
#fullhouse-answer.failed { border-left-color: #cf222e }
#fullhouse-answer.passed { border-left-color: #1a7f37 }
#fullhouse-answer a { color: var(--color-accent-fg, LinkText) }
@media (max-width: 1008px) { #fullhouse-answer { margin: 8px 8px 0 } }
`;

/**
 * Playwright's report with the result of the run above each of its pages, and a link to the performance page, unless it
 * was not written.
 */
export function withBanner(report: string, { verdict, sentence }: Answer, page: string | undefined): string {
  const banner = html`<style>${trusted(STYLE)}</style>
<aside id="fullhouse-answer" class="${verdict}"><strong>${sentence}</strong>${page !== undefined && html`<br><a href="${page}">Performance page of this run</a>`}</aside>`;
  // Only the start tag of the document is at the start of a line: the report contains scripts.
  return report.replace(/^(\s*<body[^>]*>)$/m, (tag) => `${tag}\n${banner.markup}`);
}
