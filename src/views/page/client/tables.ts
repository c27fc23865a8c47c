/** Makes a table sortable by its heads, within each group of rows, and filters it by its search field. */
export function enhanceTable(table: HTMLTableElement): void {
  const heads = [...table.querySelectorAll<HTMLTableCellElement>('thead th.sortable')];
  for (const [column, head] of heads.entries()) {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      // Figures are sorted from the largest first, names from A.
      const first = column === 0 ? 'ascending' : 'descending';
      const second = column === 0 ? 'descending' : 'ascending';
      const order = head.ariaSort === first ? second : first;
      for (const other of heads) other.ariaSort = null;
      head.ariaSort = order;
      for (const group of table.tBodies)
        group.append(
          ...rowsOf(group).sort((one, other) => compare(one.cells[column]!, other.cells[column]!, order)),
        );
    });
  }
  const filter = document.querySelector<HTMLInputElement>(`[data-filter="${table.id}"]`);
  const shown = document.querySelector<HTMLElement>(`[data-shown="${table.id}"]`);
  filter?.addEventListener('input', () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let [left, all] = [0, 0];
    for (const group of table.tBodies) {
      const rows = rowsOf(group);
      for (const row of rows)
        row.hidden = !words.every((word) => row.cells[0]!.textContent.toLowerCase().includes(word));
      const stay = rows.filter((row) => !row.hidden).length;
      // A group without visible rows hides its head too.
      group.hidden = stay === 0;
      left += stay;
      all += rows.length;
    }
    if (shown) shown.textContent = words.length === 0 ? '' : `${left} of ${all}`;
  });
}

/**
 * Labels each cell with the head of its column. On a narrow screen, a row of such a table becomes a block of labelled
 * figures, so that no column is outside of the screen.
 */
export function labelCells(table: HTMLTableElement): void {
  const heads = [...table.querySelectorAll('thead th')].map(({ textContent }) => textContent.trim());
  if (heads.length === 0) return;
  table.classList.add('labelled');
  for (const row of table.querySelectorAll<HTMLTableRowElement>('tbody tr')) {
    // A head over several rows is only in the first one.
    const missing = heads.length - [...row.cells].reduce((sum, { colSpan }) => sum + colSpan, 0);
    for (const [index, cell] of [...row.cells].entries()) cell.dataset.label = heads[index + missing] ?? '';
  }
}

/** The rows of a group without its head. */
function rowsOf(group: HTMLTableSectionElement): HTMLTableRowElement[] {
  return [...group.rows].filter(({ dataset }) => dataset.head === undefined);
}

/** Cells without a value come last in both orders. */
function compare(one: HTMLTableCellElement, other: HTMLTableCellElement, order: string): number {
  const sign = order === 'ascending' ? 1 : -1;
  if (one.dataset.value === undefined) return sign * one.textContent.localeCompare(other.textContent);
  const [left, right] = [figureOf(one), figureOf(other)];
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return sign * (left - right);
}

function figureOf({ dataset }: HTMLTableCellElement): number | null {
  return dataset.value === '' || dataset.value === undefined ? null : Number(dataset.value);
}
