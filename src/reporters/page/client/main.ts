import type { ChartData } from '../chart-data.ts';
import { showGroup } from './group.ts';
import { enhanceTable } from './tables.ts';

const { groups } = JSON.parse(document.getElementById('charts')!.textContent) as ChartData;

for (const table of document.querySelectorAll<HTMLTableElement>('[data-sortable]')) enhanceTable(table);
for (const group of groups) {
  const section = document.querySelector<HTMLElement>(`[data-group="${CSS.escape(group.id)}"]`);
  if (section) showGroup(group, section);
}
