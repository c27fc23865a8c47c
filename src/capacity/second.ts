import { counted } from '../kernel/figures.ts';
import { isAction } from '../timings/catalogue.ts';
import type { EncodedWindow } from '../timings/encoded.ts';
import type { LatencyHistogram } from '../timings/latency-histogram.ts';
import { totalOfService } from '../timings/merged-timings.ts';
import { oneSecond } from '../timings/worst-window.ts';
import type { Level } from './evidence.ts';
import type { Limit } from './limits.ts';

/** Calls within a limit. The generator knows the end of each call within a bracket, so there are two counts. */
export interface Within {
  /** Calls that were within the limit even if they ended at the latest possible instant. */
  readonly latest: number;
  /** The same at the earliest possible instant; never fewer than `latest`. */
  readonly earliest: number;
  /** All calls that the service could have answered; without those of a participant that was asked to leave. */
  readonly of: number;
}

/** A reading of something that may be at its limit: the CPU of the service, waits for a connection of its pool. */
export type Resource = Omit<Level['resources'][number], 'isAtLimit'>;

/** One second of a crowd over all slices: one observation of the search. */
export interface Second {
  /** The start of this second, in ms since the start of the crowd. */
  readonly atMs: number;
  /** The number of the step that was in force in the whole second; a second of an older step counts for nothing. */
  readonly step: number;
  /** The mean number of active participants. */
  readonly users: number;
  /** For each limit, in their order: the calls by operation. Without `each`, there is one entry, with the key ''. */
  readonly within: readonly Readonly<Record<string, Within>>[];
  /** Actions that ended in this second, as far as the service was responsible. */
  readonly calls: number;
  readonly failed: number;
  /** Latency of successful actions at the latest. */
  readonly ok: LatencyHistogram;
  /** The mean latency of the successful actions, at the earliest; null without one. */
  readonly meanMs: number | null;
  /** Requests in flight by Little's law: the latencies of the actions that ended, added up, in seconds per second. */
  readonly inFlight: number;
  /** What limited the load generator in this second, in words; null if nothing did. */
  readonly generator: string | null;
  readonly resources: readonly Resource[];
}

/** What the reports of the slices do not contain. */
export interface SecondFacts {
  readonly atMs: number;
  readonly step: number;
  readonly generator: string | null;
  readonly resources?: readonly Resource[];
}

/** @param windows of all slices, for protocol and browser participants, of the second that starts at `atMs` */
export function secondOf(
  windows: readonly EncodedWindow[],
  limits: readonly Limit[],
  { atMs, step, generator, resources = [] }: SecondFacts,
): Second {
  const { outcomes, ok, earliest } = oneSecond(windows);
  const calls = totalOfService(outcomes);
  const limited = outcomes['generator limit'] ?? 0;
  return {
    atMs,
    step,
    users: windows.reduce(
      (sum, { users, userMs }) => sum + (userMs === undefined ? users : userMs / 1000),
      0,
    ),
    within: limits.map((limit) => withinLimit(windows, limit)),
    calls,
    failed: calls - (outcomes.ok ?? 0),
    ok,
    meanMs: earliest.count === 0 ? null : earliest.sumMs / earliest.count,
    inFlight: earliest.sumMs / 1000,
    generator:
      generator ??
      (limited > 0 ? `${counted(limited, 'call')} failed at a limit of the load generator` : null),
    resources,
  };
}

function withinLimit(windows: readonly EncodedWindow[], limit: Limit): Record<string, Within> {
  if (!limit.each) return { '': count(windows, limit, limit.operation) };
  const operations = new Set(windows.flatMap((window) => Object.keys(window.operations)).filter(isAction));
  return Object.fromEntries([...operations].map((name) => [name, count(windows, limit, name)]));
}

/** @param operation all actions without it */
function count(
  windows: readonly EncodedWindow[],
  { thresholdMs }: Limit,
  operation: string | undefined,
): Within {
  const { outcomes, ok, earliest } = oneSecond(windows, operation);
  // Successes of participants that were asked to leave have no latency here.
  const of = totalOfService(outcomes) - (outcomes.ok ?? 0) + ok.count;
  if (thresholdMs === null) return { latest: ok.count, earliest: ok.count, of };
  return { latest: ok.countsUpTo([thresholdMs])[0]!, earliest: earliest.countsUpTo([thresholdMs])[0]!, of };
}
