import type uPlot from 'uplot';
import { resize } from '../../../../look/client/chart.ts';
import { element } from '../../../../look/client/dom.ts';
import { Legend } from '../../../../look/client/legend.ts';
import { onColours } from '../../../../look/client/palette.ts';
import type { Unit } from '../../../../look/units.ts';

/** A figure with a title, a legend and the place of its chart. */
export function chartFigure(
  place: HTMLElement,
  title: string,
  unit: Unit,
): { plot: HTMLElement; legend: Legend; caption: HTMLElement } {
  const figure = element('figure', { className: 'card panel' });
  const caption = element('figcaption');
  const heading = element('h4', { text: `${title} ` });
  if (unit !== '') heading.append(element('span', { text: unit, className: 'unit' }));
  const keys = element('div', { className: 'legend' });
  caption.append(heading, keys);
  const plot = element('div', { className: 'plot' });
  plot.role = 'img';
  plot.ariaLabel = `${title} of A and B`;
  figure.append(caption, plot);
  place.append(figure);
  return { plot, legend: new Legend(keys, unit), caption };
}

/** The chart follows the size of its place and the colours of the page. */
export function follow(chart: uPlot, plot: HTMLElement): void {
  new ResizeObserver(() => resize(chart, plot)).observe(plot);
  onColours(() => chart.redraw());
}
