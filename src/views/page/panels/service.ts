import type { Colour, Line, Panel } from '../../../look/chart-data.ts';
import type { Unit } from '../../../look/units.ts';
import type { Series, ServiceSeries } from '../../../results/summary/series-schema.ts';
import { bound } from '../../wording.ts';

/** The charts of the service's own metrics; a metric that it does not publish has no chart. */
export function servicePanels({ service }: Series): Panel[] {
  if (service === null) return [];
  const panel = (id: string, title: string, unit: Unit, lines: readonly Line[]): Panel => ({
    id,
    title,
    family: 'Service',
    unit,
    covers: 'read every',
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
    panel('service-latency', latencyTitle(service), 'ms', [
      line('average', 'p50', service.avgMs),
      line(p95Label(service), 'p95', service.p95Ms),
    ]),
    panel('service-loop', 'Event-loop delay of the service', 'ms', [line('P99', 'p99', service.loopDelayMs)]),
    panel('service-cpu', 'CPU of the service', 'cores', [line('CPU', 'c1', service.cpu)]),
    panel('service-memory', 'Memory of the service', 'MiB', [
      line('resident', 'c5', service.memoryBytes.map(mebibytes)),
    ]),
    panel('service-connections', 'Connections to the service', '', [
      line('Socket.IO', 'c1', service.connections),
      line('waiting for the database', 'c2', service.waitingForDatabase),
    ]),
  ].filter(({ lines }) => lines.length > 0);
}

/** The label names the bounds of the service's buckets if readings beyond them are gaps in the curve. */
function p95Label({ p95Outside }: ServiceSeries): string {
  return p95Outside.length === 0 ? 'P95, estimated' : `P95, estimated (gaps: ${beyond(p95Outside)})`;
}

/** Without an estimate there is no curve with this label, so the title has the bounds. */
function latencyTitle({ p95Ms, p95Outside }: ServiceSeries): string {
  const title = 'Latency of the same calls, as the service measured it';
  const isDrawn = p95Outside.length === 0 || p95Ms.some((value) => value !== null);
  return isDrawn ? title : `${title} (P95 ${beyond(p95Outside)})`;
}

function beyond(outside: ServiceSeries['p95Outside']): string {
  return outside.map(({ side, ms }) => `${side === 'below' ? '<' : '>'} ${bound(ms)}`).join(' or ');
}

export function mebibytes(bytes: number | null): number | null {
  return bytes === null ? null : Number((bytes / 2 ** 20).toPrecision(4));
}
