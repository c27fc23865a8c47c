import type { Line, Panel } from '../chart-data.ts';
import { clockTime, withUnit } from '../units.ts';

/** The figures of a chart as a table, made when it is opened: most readers never do. */
export function alternative(
  details: HTMLDetailsElement,
  content: () => { panel: Panel; lines: readonly Line[]; seconds: readonly number[] },
): void {
  details.addEventListener('toggle', () => {
    details.querySelector('.scroll')?.remove();
    if (!details.open) return;
    const { panel, lines, seconds } = content();
    const table = document.createElement('table');
    const head = table.createTHead().insertRow();
    for (const text of ['Time', ...lines.map(({ label }) => label)]) {
      const cell = document.createElement('th');
      cell.scope = 'col';
      cell.textContent = text;
      head.append(cell);
    }
    const body = table.createTBody();
    for (const [index, second] of seconds.entries()) {
      const row = body.insertRow();
      const time = document.createElement('th');
      time.scope = 'row';
      time.textContent = clockTime(second);
      row.append(time);
      for (const { values } of lines) {
        const value = values[index];
        row.insertCell().textContent = value == null ? '–' : withUnit(value, panel.unit);
      }
    }
    const scroll = document.createElement('div');
    scroll.className = 'scroll';
    scroll.tabIndex = 0;
    scroll.role = 'region';
    scroll.ariaLabel = panel.title;
    scroll.append(table);
    details.append(scroll);
  });
}
