import { element } from '../../../look/client/dom.ts';

/**
 * Fills the details of a chart with a table of its figures while they are open. Most readers never open them, and the
 * tables of a long run would be most of the page.
 */
export function fillTable(
  details: HTMLDetailsElement,
  name: string,
  head: readonly string[],
  rows: () => readonly (readonly string[])[],
): void {
  details.querySelector('.scroll')?.remove();
  if (!details.open) return;
  const table = element('table');
  table
    .createTHead()
    .insertRow()
    .append(...head.map((text) => heading('col', text)));
  const body = table.createTBody();
  for (const [first, ...rest] of rows())
    body.insertRow().append(heading('row', first!), ...rest.map((text) => element('td', { text })));
  const scroll = element('div', { className: 'scroll' });
  scroll.tabIndex = 0;
  scroll.role = 'group';
  scroll.ariaLabel = name;
  scroll.append(table);
  details.append(scroll);
}

function heading(scope: 'col' | 'row', text: string): HTMLTableCellElement {
  const cell = element('th', { text });
  cell.scope = scope;
  return cell;
}
