import { UserError } from '../kernel/errors.ts';

/** What a target looks at. `quantile` is 0.95 for P95. */
export type Statistic =
  | { readonly kind: 'percentile'; readonly quantile: number; readonly from: 'actual' | 'intended' }
  | { readonly kind: 'avg' | 'min' | 'max' }
  | { readonly kind: 'error rate' | 'success rate' }
  | { readonly kind: 'throughput' }
  | { readonly kind: 'count' };

export interface Target {
  /** As the user wrote it: `meeting.join p95 < 500 ms`. */
  readonly text: string;
  /** One operation, or all actions together. */
  readonly operation?: string;
  readonly statistic: Statistic;
  /** Judge the worst stretch of so many seconds instead of the whole run. */
  readonly worstSeconds?: number;
  readonly comparator: '<' | '<=' | '>' | '>=';
  /** In `unit`. */
  readonly limit: number;
  readonly unit: Unit;
}

export type Unit = 'ms' | '%' | '/s' | '';

const STATISTICS = 'avg, min, max, p50 … p99.9, response p95, error rate, success rate, throughput, count';
const EXAMPLES = '"latency p95": "< 500 ms", "meeting.join p99": "< 1 s", "worst 10 s error rate": "< 5 %"';

/**
 * Reads `{'latency p95': '< 500 ms'}`. The metric is `[worst N s] [operation] statistic`; `latency` or nothing
 * as operation means all actions together. Throws a UserError that names every mistake.
 */
export function parseTargets(written: Readonly<Record<string, string>>): Target[] {
  const mistakes: string[] = [];
  const targets = Object.entries(written).flatMap(([metric, limit]) => {
    const target = parseTarget(metric, limit);
    if (typeof target !== 'string') return [target];
    mistakes.push(target);
    return [];
  });
  if (mistakes.length > 0) throw new UserError(mistakes.join('\n'));
  return targets;
}

/** Splits `latency p95 < 500 ms; error rate < 1 %` into metric and limit, ready for `parseTargets`. */
export function splitTargets(text: string): Record<string, string> {
  const written: Record<string, string> = {};
  for (const part of text.split(/[;\n]/).map((piece) => piece.trim())) {
    if (part === '') continue;
    const at = part.search(/[<>]/);
    if (at < 0) throw new UserError(`Target "${part}" has no limit. Write it like ${EXAMPLES}.`);
    written[part.slice(0, at).trim()] = part.slice(at).trim();
  }
  return written;
}

function parseTarget(metric: string, limit: string): Target | string {
  const text = `${metric.trim()} ${limit.trim()}`;
  const shape = /^(?:worst\s+(?<seconds>\d+)\s*s\s+)?(?<rest>.*)$/.exec(metric.trim())?.groups;
  const words =
    /^(?:(?<operation>\S+)\s+)??(?<statistic>(?:response\s+)?p\d{1,2}(?:\.\d+)?|avg|min|max|error rate|success rate|throughput|count)$/i.exec(
      shape?.rest ?? '',
    )?.groups;
  if (!words?.statistic)
    return `Target "${text}": unknown metric "${metric}". Statistics: ${STATISTICS}. For example ${EXAMPLES}.`;
  const statistic = parseStatistic(words.statistic.toLowerCase());
  const unit = unitOf(statistic);
  const bound = /^(?<comparator><=|>=|<|>)\s*(?<limit>\d+(?:\.\d+)?)\s*(?<unit>ms|s|%|\/s)?$/.exec(
    limit.trim(),
  )?.groups;
  if (!bound)
    return `Target "${text}": "${limit}" is no limit. Write a comparator, a number and a unit, as in ${EXAMPLES}.`;
  const factor = bound.unit === 's' && unit === 'ms' ? 1000 : 1;
  if ((bound.unit ?? '') !== unit && factor === 1) {
    return `Target "${text}": ${words.statistic} is counted in ${unit || 'plain numbers'}, not in ${bound.unit ?? 'plain numbers'}.`;
  }
  const named = words.operation !== undefined && words.operation !== 'latency' && words.operation !== 'all';
  return {
    text,
    ...(named ? { operation: words.operation } : {}),
    statistic,
    ...(shape?.seconds ? { worstSeconds: Math.max(1, Number(shape.seconds)) } : {}),
    comparator: bound.comparator as Target['comparator'],
    limit: Number(bound.limit) * factor,
    unit,
  };
}

function parseStatistic(name: string): Statistic {
  const percentile = /^(response\s+)?p(\d+(?:\.\d+)?)$/.exec(name);
  if (percentile) {
    return {
      kind: 'percentile',
      quantile: Number(percentile[2]) / 100,
      from: percentile[1] ? 'intended' : 'actual',
    };
  }
  return { kind: name as Exclude<Statistic['kind'], 'percentile'> };
}

function unitOf(statistic: Statistic): Unit {
  switch (statistic.kind) {
    case 'percentile':
    case 'avg':
    case 'min':
    case 'max':
      return 'ms';
    case 'error rate':
    case 'success rate':
      return '%';
    case 'throughput':
      return '/s';
    case 'count':
      return '';
  }
}
