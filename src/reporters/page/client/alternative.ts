/**
 * Puts a table of the figures of a chart into its details while they are open: most readers never open them, and a
 * page of long runs would be all tables.
 */
export function fillTable(
  details: HTMLDetailsElement,
  name: string,
  head: readonly string[],
  rows: () => readonly (readonly string[])[],
): void {
  details.querySelector('.scroll')?.remove();
  if (!details.open) return;
  const table = document.createElement('table');
  const top = table.createTHead().insertRow();
  for (const text of head) top.append(heading('col', text));
  const body = table.createTBody();
  for (const [first, ...rest] of rows()) {
    const row = body.insertRow();
    row.append(heading('row', first!));
    for (const text of rest) row.insertCell().textContent = text;
  }
  const scroll = document.createElement('div');
  scroll.className = 'scroll';
  scroll.tabIndex = 0;
  scroll.role = 'group';
  scroll.ariaLabel = name;
  scroll.append(table);
  details.append(scroll);
}

function heading(scope: 'col' | 'row', text: string): HTMLTableCellElement {
  const cell = document.createElement('th');
  cell.scope = scope;
  cell.textContent = text;
  return cell;
}
