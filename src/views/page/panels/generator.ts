import type { Colour, Line, Panel } from '../../../look/chart-data.ts';
import { panels } from '../../../look/panels.ts';
import type { Series } from '../../../results/summary/series-schema.ts';
import { mebibytes } from './service.ts';

const GENERATOR = 'Generator';
const colours: readonly Colour[] = ['c1', 'c4', 'c5', 'c3', 'c6', 'c7', 'c8', 'c2'];

type Worker = Series['generator'][number];

/** The charts of the workers that generated the load. */
export function generatorPanels({ generator }: Series): Panel[] {
  const lines = (read: (worker: Worker) => Line['values'] | undefined): Line[] =>
    generator.flatMap((worker, index) => {
      const values = read(worker);
      if (values === undefined) return [];
      return { label: `worker ${worker.slice}`, colour: colours[index % colours.length]!, values };
    });
  const panel = (shape: Pick<Panel, 'id' | 'title' | 'unit'>, read: Parameters<typeof lines>[0]): Panel => ({
    ...shape,
    family: GENERATOR,
    covers: 'per',
    kind: 'lines',
    isSmall: true,
    lines: lines(read),
  });
  const waiting = {
    id: 'generator-processor-wait',
    title: 'Time spent waiting for a processor',
    unit: '%',
  } as const;
  const browsers = { id: 'generator-browsers', title: 'CPU of the browsers', unit: 'cores' } as const;
  const all = [
    panel(panels.loopDelay, ({ loopDelayMaxMs }) => loopDelayMaxMs),
    panel({ id: 'generator-cpu', title: 'CPU of each worker', unit: 'cores' }, ({ cpu }) => cpu),
    panel(waiting, ({ processorWaitPercent }) => processorWaitPercent),
    panel(browsers, ({ browserCpu }) => browserCpu),
    panel({ id: 'generator-memory', title: 'Memory of each worker', unit: 'MiB' }, ({ memoryBytes }) =>
      memoryBytes.map(mebibytes),
    ),
  ];
  // A value that no worker reported has no chart.
  return all.filter((panel) => panel.lines.length > 0);
}
