import type { ChartData } from '../chart-data.ts';
import { openWhatIsAsked } from './asked.ts';
import { showPhase, whenShown } from './phase.ts';
import { openForPrint } from './print.ts';
import { enhanceTable } from './tables.ts';

const charts = JSON.parse(document.getElementById('charts')!.textContent) as ChartData;

for (const table of document.querySelectorAll<HTMLTableElement>('[data-sortable]')) enhanceTable(table);
for (const phase of document.querySelectorAll<HTMLElement>('[data-phase]'))
  whenShown(phase, () => showPhase(phase, charts));
openForPrint();
openWhatIsAsked();
