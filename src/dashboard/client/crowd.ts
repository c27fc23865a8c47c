import type { Crowd, Target } from '../frame.ts';
import { byId, element, lines, list, row } from './dom.ts';
import { inUnit, latency, marks, number } from './figures.ts';
import { showTiles } from './tiles.ts';

/** Everything of the crowd but its charts. */
export function showCrowd(crowd: Crowd): void {
  showTiles(crowd);
  lines(byId('targets'), crowd.targets, (target) => ({
    key: target.target,
    text: targetText(target),
    state: target.state,
  }));
  list(byId('operations'), crowd.operations, {
    key: ({ name }) => name,
    make: () => element('tr'),
    update(shown, { name, isAction, total, failed, p50Ms, p95Ms, p99Ms }) {
      shown.dataset.state = failed > 0 ? 'bad' : isAction ? 'neutral' : 'observed';
      row(shown, [name, number(total), number(failed), latency(p50Ms), latency(p95Ms), latency(p99Ms)]);
    },
  });
  byId('no-errors').hidden = crowd.errors.length > 0;
  lines(byId('errors'), crowd.errors, ({ kind, count }) => ({
    key: kind,
    text: `${kind}: ${number(count)}`,
    state: 'bad',
  }));
  lines(byId('causes'), crowd.causes, ({ operation, cause, count }) => ({
    key: `${operation} ${cause}`,
    text: `${operation}: ${cause} (${number(count)})`,
  }));
  showGenerator(crowd.generator);
}

function showGenerator({ checks, workers }: Crowd['generator']): void {
  lines(byId('checks'), checks, ({ check, value, bound, unit, ok, wayOut }) => ({
    key: check,
    text: `${ok ? '✅' : '❌'} ${check}: ${inUnit(value, unit)}, bound ${inUnit(bound, unit)}${ok ? '' : `. ${wayOut}`}`,
    state: ok ? 'good' : 'bad',
  }));
  lines(byId('workers'), workers, ({ share, users, loopDelayP99Ms, cpuMean, memoryPeakBytes }) => ({
    key: String(share),
    text: `share ${share}: ${number(users)} users, event-loop delay P99 ${latency(loopDelayP99Ms)}, CPU ${cpuMean.toFixed(2)} cores, memory ${number(Math.round(memoryPeakBytes / 2 ** 20))} MiB`,
  }));
}

function targetText({ target, state, value, unit, note }: Target): string {
  const shown = value === null ? (note ?? 'no data') : inUnit(value, unit);
  return `${marks[state]} ${target}: ${shown} (${state})`;
}
