import type { Colour } from '../../../look/colour.ts';
import type { Series } from '../../summary/series-schema.ts';
import type { Line, Panel } from '../chart-data.ts';
import { mebibytes } from './service.ts';

const GENERATOR = 'Generator';
const colours: readonly Colour[] = ['c1', 'c4', 'c5', 'c3', 'c6', 'c7', 'c8', 'c2'];

/** How the workers fared that generated the load: was it the service, or the tester? */
export function generatorPanels({ generator }: Series): Panel[] {
  if (generator.length === 0) return [];
  const lines = (read: (worker: Series['generator'][number]) => Line['values']): Line[] =>
    generator.map((worker, index) => ({
      label: `worker ${worker.share}`,
      colour: colours[index % colours.length]!,
      values: read(worker),
    }));
  return [
    {
      id: 'generator-loop',
      title: 'Longest event-loop delay',
      family: GENERATOR,
      unit: 'ms',
      kind: 'lines',
      isSmall: true,
      lines: lines(({ loopDelayMaxMs }) => loopDelayMaxMs),
    },
    {
      id: 'generator-cpu',
      title: 'CPU',
      family: GENERATOR,
      unit: 'cores',
      kind: 'lines',
      isSmall: true,
      lines: lines(({ cpu }) => cpu),
    },
    {
      id: 'generator-memory',
      title: 'Memory',
      family: GENERATOR,
      unit: 'MiB',
      kind: 'lines',
      isSmall: true,
      lines: lines(({ memoryBytes }) => memoryBytes.map(mebibytes)),
    },
  ];
}
