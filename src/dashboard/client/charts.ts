import { byId } from '../../look/client/dom.ts';
import type { Instant } from '../../look/client/overlays.ts';
import { onColours } from '../../look/client/palette.ts';
import type { Frame, Second } from '../frame.ts';
import { Chart } from './chart.ts';
import { livePanels } from './panels.ts';

/** Seconds that the charts keep; the server keeps the same number. */
const KEPT = 3600;

/** The charts of the crowd over the last minutes. */
export class Charts {
  #seconds: readonly Second[] = [];
  #instants: readonly Instant[] = [];
  #crowd: string | null = null;
  #isOver = false;
  readonly #charts = livePanels.map((panel) => new Chart(panel));

  constructor() {
    byId('charts').append(...this.#charts.map(({ figure }) => figure));
    byId('span').addEventListener('change', () => this.#draw());
    new ResizeObserver(() => {
      for (const chart of this.#charts) chart.resize();
      this.#draw();
    }).observe(byId('charts'));
    onColours(() => {
      for (const chart of this.#charts) chart.redraw();
    });
  }

  show({ isWhole, crowd, seconds, log }: Frame): void {
    if (isWhole || crowd?.name !== this.#crowd) [this.#seconds, this.#instants] = [[], []];
    this.#crowd = crowd?.name ?? null;
    const last = this.#seconds.at(-1)?.[0] ?? -1;
    const fresh = seconds.filter(([second]) => second > last);
    const instants = log.flatMap(({ atS, tone }): Instant[] =>
      atS === null ? [] : [{ atS, tone: tone === 'good' ? 'good' : 'bad' }],
    );
    this.#instants = [...this.#instants, ...instants];
    const isOver = crowd?.phase === 'over';
    if (fresh.length === 0 && !isWhole && isOver === this.#isOver) return;
    this.#isOver = isOver;
    this.#seconds = [...this.#seconds, ...fresh].slice(-KEPT);
    this.#draw();
  }

  #draw(): void {
    const last = this.#seconds.at(-1)?.[0] ?? 0;
    const span = Number(byId<HTMLSelectElement>('span').value);
    const seconds = this.#seconds.filter(([second]) => second > last - span);
    for (const chart of this.#charts) chart.draw(seconds, this.#instants, this.#isOver);
  }
}
