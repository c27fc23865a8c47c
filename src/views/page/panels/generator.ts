import type { Colour, Line, Panel } from '../../../look/chart-data.ts';
import { panels } from '../../../look/panels.ts';
import type { Series } from '../../../results/summary/series-schema.ts';
import { mebibytes } from './service.ts';

const GENERATOR = 'Generator';
const colours: readonly Colour[] = ['c1', 'c4', 'c5', 'c3', 'c6', 'c7', 'c8', 'c2'];

/** How the workers fared that generated the load: was it the service, or the tester? */
export function generatorPanels({ generator }: Series): Panel[] {
  const lines = (read: (worker: Series['generator'][number]) => Line['values'] | undefined): Line[] =>
    generator.flatMap((worker, index) => {
      const values = read(worker);
      if (values === undefined) return [];
      return { label: `worker ${worker.slice}`, colour: colours[index % colours.length]!, values };
    });
  const small = { family: GENERATOR, kind: 'lines', isSmall: true } as const;
  const all: Panel[] = [
    { ...panels.loopDelay, ...small, lines: lines(({ loopDelayMaxMs }) => loopDelayMaxMs) },
    { ...small, id: 'generator-cpu', title: 'CPU', unit: 'cores', lines: lines(({ cpu }) => cpu) },
    {
      ...small,
      id: 'generator-processor-wait',
      title: 'Waiting for a processor',
      unit: '%',
      lines: lines(({ processorWaitPercent }) => processorWaitPercent),
    },
    {
      ...small,
      id: 'generator-browsers',
      title: 'CPU of the browsers',
      unit: 'cores',
      lines: lines(({ browserCpu }) => browserCpu),
    },
    {
      ...small,
      id: 'generator-memory',
      title: 'Memory',
      unit: 'MiB',
      lines: lines(({ memoryBytes }) => memoryBytes.map(mebibytes)),
    },
  ];
  // What no worker reported has no chart.
  return all.filter((panel) => panel.lines.length > 0);
}
