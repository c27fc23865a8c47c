import type { Colour } from '../../../look/colour.ts';
import type { Series } from '../../summary/series-schema.ts';
import type { Line, Panel } from '../chart-data.ts';
import { mebibytes } from './service.ts';

const GENERATOR = 'Generator';
const colours: readonly Colour[] = ['c1', 'c4', 'c5', 'c3', 'c6', 'c7', 'c8', 'c2'];

/** How the workers fared that generated the load: was it the service, or the tester? */
export function generatorPanels({ generator }: Series): Panel[] {
  const lines = (read: (worker: Series['generator'][number]) => Line['values'] | undefined): Line[] =>
    generator.flatMap((worker, index) => {
      const values = read(worker);
      if (values === undefined) return [];
      return { label: `worker ${worker.share}`, colour: colours[index % colours.length]!, values };
    });
  const panels: Panel[] = [
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
      id: 'generator-processor-wait',
      title: 'Waiting for a processor',
      family: GENERATOR,
      unit: '%',
      kind: 'lines',
      isSmall: true,
      lines: lines(({ processorWaitPercent }) => processorWaitPercent),
    },
    {
      id: 'generator-browsers',
      title: 'CPU of the browsers',
      family: GENERATOR,
      unit: 'cores',
      kind: 'lines',
      isSmall: true,
      lines: lines(({ browserCpu }) => browserCpu),
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
  // Nobody told of it.
  return panels.filter((panel) => panel.lines.length > 0);
}
