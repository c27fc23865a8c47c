import { element } from '../../../../look/client/dom.ts';

/** A cell: its text, or an element; figures stand to the right. */
export type Cell = string | { readonly content: Node | string; readonly className: string };

/** Rows with one heading. */
export interface RowGroup {
  readonly heading: string;
  /** The cells to the right of the heading; never empty. */
  readonly rows: readonly (readonly Cell[])[];
}

/** A table in a place that scrolls. Every text is shown as it is, and never read as markup. */
export function scrolledTable(
  name: string,
  head: readonly string[],
  groups: readonly RowGroup[],
): HTMLElement {
  const table = element('table', { className: 'pairs' });
  const top = table.createTHead().insertRow();
  for (const text of head) top.append(filled(heading('col'), text));
  for (const { heading: text, rows } of groups) {
    const body = table.createTBody();
    for (const [index, cells] of rows.entries()) {
      const row = body.insertRow();
      if (index === 0) {
        const first = filled(heading(rows.length > 1 ? 'rowgroup' : 'row'), text) as HTMLTableCellElement;
        first.rowSpan = rows.length;
        row.append(first);
      }
      for (const [column, cell] of cells.entries()) {
        const made = filled(element('td'), cell);
        const name = head[column + 1];
        // On a narrow screen, the heads are not shown.
        if (name === 'A' || name === 'B') made.dataset.label = name;
        row.append(made);
      }
    }
  }
  const scroll = element('div', { className: 'card scroll' });
  scroll.tabIndex = 0;
  scroll.role = 'group';
  scroll.ariaLabel = name;
  scroll.append(table);
  return scroll;
}

export function figure(text: string): Cell {
  return { content: text, className: 'n' };
}

function heading(scope: 'col' | 'row' | 'rowgroup'): HTMLTableCellElement {
  const cell = element('th');
  cell.scope = scope;
  return cell;
}

function filled(place: HTMLElement, cell: Cell): HTMLElement {
  place.append(typeof cell === 'string' ? cell : cell.content);
  if (typeof cell !== 'string') place.className = cell.className;
  return place;
}
