import '../../../look/client/style.ts';
import '../style/base.css';
import '../style/verdict.css';
import '../style/tables.css';
import '../style/charts.css';
import '../style/narrow.css';
import '../style/print.css';
import type { ChartData } from '../../../look/chart-data.ts';
import { openForPrint, openLinked } from './folded.ts';
import { showPhase, whenShown } from './phase.ts';
import { enhanceTable } from './tables.ts';

const charts = JSON.parse(document.getElementById('charts')!.textContent) as ChartData;

for (const table of document.querySelectorAll<HTMLTableElement>('[data-sortable]')) enhanceTable(table);
for (const phase of document.querySelectorAll<HTMLElement>('[data-phase]'))
  whenShown(phase, () => showPhase(phase, charts));
openForPrint();
openLinked();
