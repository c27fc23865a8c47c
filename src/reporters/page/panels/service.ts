import type { Colour } from '../../../look/colour.ts';
import type { Unit } from '../../../look/units.ts';
import type { Series, ServiceSeries } from '../../summary/series-schema.ts';
import type { Line, Panel } from '../chart-data.ts';

/** What the service said of itself; what it does not publish has no chart. */
export function servicePanels({ service }: Series): Panel[] {
  if (service === null) return [];
  const panel = (id: string, title: string, unit: Unit, lines: readonly Line[]): Panel => ({
    id,
    title,
    family: 'Service',
    unit,
    kind: 'lines',
    isSmall: true,
    seconds: service.atS,
    lines: lines.filter(({ values }) => values.some((value) => value !== null)),
  });
  const line = (label: string, colour: Colour, values: ServiceSeries['cpu']): Line => ({
    label,
    colour,
    values,
  });
  return [
    panel('service-latency', 'Latency of the same calls', 'ms', [
      line('average', 'p50', service.avgMs),
      line('P95, estimated', 'p95', service.p95Ms),
    ]),
    panel('service-loop', 'Event-loop delay', 'ms', [line('P99', 'p99', service.loopDelayMs)]),
    panel('service-cpu', 'CPU', 'cores', [line('CPU', 'c1', service.cpu)]),
    panel('service-memory', 'Memory', 'MiB', [line('resident', 'c5', service.memoryBytes.map(mebibytes))]),
    panel('service-connections', 'Connections', '', [
      line('Socket.IO', 'c1', service.connections),
      line('waiting for the database', 'c2', service.waitingForDatabase),
    ]),
  ].filter(({ lines }) => lines.length > 0);
}

export function mebibytes(bytes: number | null): number | null {
  return bytes === null ? null : Number((bytes / 2 ** 20).toPrecision(4));
}
