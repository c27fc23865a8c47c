import uPlot from 'uplot';
import type { Line } from '../../../../look/chart-data.ts';
import { logAxis, logScale, valueAxis } from '../../../../look/client/axes.ts';
import { element, setText } from '../../../../look/client/dom.ts';
import { colour } from '../../../../look/client/palette.ts';
import { percentileAxis } from '../../../page/client/percentile-axis.ts';
import { percentileText, unionOf } from '../../../page/client/percentiles.ts';
import { chartFigure, follow } from './figure.ts';

type Curve = Parameters<typeof unionOf>[0][number];

/** The latencies of both runs by percentile, logarithmic. */
export function percentilesFigure(place: HTMLElement, a: Curve, b: Curve): void {
  const { x, lists } = unionOf([a, b]);
  const [ofA, ofB] = lists as [(number | null)[], (number | null)[]];
  const lines = [
    { label: 'A', colour: 'c1', values: ofA },
    { label: 'B', colour: 'c4', values: ofB },
  ] as const satisfies readonly Line[];
  const { plot, legend, caption } = chartFigure(place, 'Latency by percentile', 'ms');
  plot.classList.add('tall');
  const at = element('span', { className: 'at' });
  caption.append(at);
  const line = { spanGaps: true, points: { show: false }, width: 2 };
  const chart = new uPlot(
    {
      width: plot.clientWidth,
      height: plot.clientHeight,
      padding: [10, 16, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { size: 6 }, y: false },
      scales: {
        x: { time: false, distr: 3, range: (_, __, high) => [1, Math.max(10, high)] },
        y: logScale(),
      },
      axes: [percentileAxis(), { ...valueAxis(58), ...logAxis }],
      series: [{}, ...lines.map((one) => ({ ...line, stroke: () => colour(one.colour) }))],
      hooks: {
        setCursor: [
          ({ cursor: { idx } }) => {
            legend.show(idx ?? null);
            setText(at, idx == null ? '' : percentileText(x[idx]!));
          },
        ],
      },
    },
    [x, ofA, ofB],
    plot,
  );
  legend.list(lines, (index, show) => chart.setSeries(index + 1, { show }));
  follow(chart, plot);
}
