import '../../../look/client/style.ts';
import '../style/base.css';
import '../style/header.css';
import '../style/verdict.css';
import '../style/tables.css';
import '../style/charts.css';
import '../style/narrow.css';
import '../style/print.css';
import type { ChartData } from '../../../look/chart-data.ts';
import { followAddress, keepInAddress } from './address.ts';
import { openForPrint } from './folded.ts';
import { followSections } from './header.ts';
import { Phases } from './phases.ts';
import { enhanceTable, labelCells } from './tables.ts';

const charts = JSON.parse(document.getElementById('charts')!.textContent) as ChartData;

for (const table of document.querySelectorAll<HTMLTableElement>('.scroll > table, .pair table'))
  labelCells(table);
for (const table of document.querySelectorAll<HTMLTableElement>('[data-sortable]')) enhanceTable(table);
followSections();
followAddress(new Phases(charts, keepInAddress));
openForPrint();
