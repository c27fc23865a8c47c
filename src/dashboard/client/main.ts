import '../../look/client/style.ts';
import './style/base.css';
import './style/header.css';
import './style/sections.css';
import './style/charts.css';
import { byId } from '../../look/client/dom.ts';
import { Charts } from './charts.ts';
import { showCrowd } from './crowd.ts';
import { showHeader, showLink } from './header.ts';
import { News } from './news.ts';
import { showResults } from './results.ts';
import { follow } from './stream.ts';

// Scrolling areas must be reachable by keyboard.
for (const scroller of document.querySelectorAll<HTMLElement>('.scroll')) scroller.tabIndex = 0;

const [charts, news] = [new Charts(), new News()];

follow((frame) => {
  showHeader(frame);
  const { crowd, results } = frame;
  byId('crowd').hidden = crowd === null;
  if (crowd) showCrowd(crowd);
  charts.show(frame);
  if (results) showResults(results);
  const hasResults = results === null || results.experiments.length + results.benchmarks.length > 0;
  if (crowd || (results && hasResults)) byId('empty').hidden = true;
  news.show(frame);
}, showLink);
