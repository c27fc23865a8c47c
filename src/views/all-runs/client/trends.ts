import { setText } from '../../../look/client/dom.ts';

/** As in the drawing of a trend: the margin on both sides, as a part of its width. */
const MARGIN = 8 / 300;

/** Shows the run and the value below the pointer in every trend of a series. */
export function followTrends(): void {
  for (const series of document.querySelectorAll<HTMLElement>('[data-runs]')) {
    const runs = series.dataset.runs!.split('|');
    const charts = [...series.querySelectorAll<HTMLElement>('.trend')];
    for (const chart of charts) {
      const drawing = chart.querySelector('svg')!;
      drawing.addEventListener('pointermove', ({ clientX }) => {
        const { left, width } = drawing.getBoundingClientRect();
        const part = ((clientX - left) / width - MARGIN) / (1 - 2 * MARGIN);
        const index = Math.min(runs.length - 1, Math.max(0, Math.round(part * (runs.length - 1))));
        for (const one of charts) point(one, runs, index);
      });
      drawing.addEventListener('pointerleave', () => {
        for (const one of charts) point(one, runs, null);
      });
    }
  }
}

function point(chart: HTMLElement, runs: readonly string[], index: number | null): void {
  const values = chart.dataset.values!.split('|');
  setText(chart.querySelector('output')!, index === null ? '' : `${runs[index]}: ${values[index]}`);
  const x = 8 + ((index ?? 0) / Math.max(1, runs.length - 1)) * (300 - 16);
  chart.querySelector('.cursor')!.setAttribute('d', index === null ? '' : `M${x} 0V76`);
}
