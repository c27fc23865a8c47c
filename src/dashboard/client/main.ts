import 'uplot/dist/uPlot.min.css';
import './style.css';
import { Charts } from './charts.ts';
import { showCrowd } from './crowd.ts';
import { byId } from './dom.ts';
import { showHeader, showLink } from './header.ts';
import { News } from './news.ts';
import { showResults } from './results.ts';
import { follow } from './stream.ts';

// What can be scrolled can be reached with the keyboard.
for (const scroller of document.querySelectorAll<HTMLElement>('.scroll')) scroller.tabIndex = 0;

const [charts, news] = [new Charts(), new News()];

follow((frame) => {
  showHeader(frame);
  const { crowd, results } = frame;
  byId('empty').hidden = crowd !== null || (results?.experiments.length ?? 0) > 0;
  byId('crowd').hidden = crowd === null;
  if (crowd) showCrowd(crowd);
  charts.show(frame);
  if (results) showResults(results);
  news.show(frame);
}, showLink);
