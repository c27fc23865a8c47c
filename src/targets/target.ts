import { assertNever, UserError } from '../kernel/errors.ts';
import { contradictions } from './contradictions.ts';
import { parseLimit } from './limit.ts';

/** What a target looks at. `quantile` is 0.95 for P95. */
export type Statistic =
  | { readonly kind: 'percentile'; readonly quantile: number; readonly from: 'actual' | 'intended' }
  | { readonly kind: 'avg' | 'min' | 'max' }
  | { readonly kind: 'error rate' | 'success rate' }
  | { readonly kind: 'throughput' }
  | { readonly kind: 'count' }
  | { readonly kind: 'crowd'; readonly figure: CrowdFigure };

/** What is counted of the crowd as a whole, beside its calls; in % but for the wrong answers. */
export const crowdFigures = [
  'events lost',
  'events late',
  'events twice',
  'connections lost',
  'sessions completed',
  'users reached',
  'wrong answers',
] as const;

export type CrowdFigure = (typeof crowdFigures)[number];

export interface Target {
  /** As the user wrote it: `meeting.join p95 < 500 ms`. */
  readonly text: string;
  /** One operation, or all actions together. */
  readonly operation?: string;
  /** Every operation for itself; the worst one decides. */
  readonly each?: true;
  readonly statistic: Statistic;
  /** Judge the worst stretch of so many seconds instead of the whole run. */
  readonly worstSeconds?: number;
  readonly comparator: '<' | '<=' | '>' | '>=';
  /** In `unit`. */
  readonly limit: number;
  readonly unit: Unit;
  /** Nobody wrote it: it is judged where there are samples for it, and left out where there are not. */
  readonly ifMeasured?: true;
}

export type Unit = 'ms' | '%' | '/s' | '';

const STATISTICS = `avg, min, max, p50 … p99.9, response p95, error rate, success rate, throughput, count, ${crowdFigures.join(', ')}`;
const EXAMPLES =
  '"latency p95": "< 500 ms", "meeting.join p99": "< 1 s", "each operation p95": "< 1 s", "worst 10 s error rate": "< 5 %"';
/** Before a statistic that every operation has to meet for itself. */
const EACH = 'each operation';

/** A metric and its limit: `['latency p95', '< 500 ms']`. One metric may have several, such as a range. */
export type WrittenTarget = readonly [metric: string, limit: string];

/**
 * Reads `['latency p95', '< 500 ms']`. The metric is `[worst N s] [operation] statistic`; `latency` or nothing
 * as operation means all actions together. Throws a UserError that names every mistake.
 */
export function parseTargets(written: readonly WrittenTarget[]): Target[] {
  if (written.length === 0) throw new UserError(`No target is given. Write one like ${EXAMPLES}.`);
  const mistakes: string[] = [];
  const targets = written.flatMap(([metric, limit]) => {
    const target = parseTarget(metric, limit);
    if (typeof target !== 'string') return [target];
    mistakes.push(target);
    return [];
  });
  mistakes.push(...contradictions(targets));
  if (mistakes.length > 0) throw new UserError(mistakes.join('\n'));
  return targets;
}

/** Splits `latency p95 < 500 ms; error rate < 1 %` into metrics and limits, ready for `parseTargets`. */
export function splitTargets(text: string): WrittenTarget[] {
  const parts = text.split(/[;\n]/).map(asciiText);
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.search(/[<>]/);
      return at < 0 ? [part, ''] : [part.slice(0, at).trim(), part.slice(at).trim()];
    });
}

/** With the characters that the grammar knows: texts from documents have `≤`, `％`, and spaces of many kinds. */
function asciiText(text: string): string {
  return text.replace(/[≤⩽≦]/g, '<=').replace(/[≥⩾≧]/g, '>=').normalize('NFKC').replace(/\s+/g, ' ').trim();
}

const METRIC = new RegExp(
  `^(?:(?<operation>${EACH}|\\S+)\\s+)??(?<statistic>(?:response\\s+)?p\\d{1,2}(?:\\.\\d+)?|avg|min|max|error rate|success rate|throughput|count|${crowdFigures.join('|')})$`,
  'i',
);

function parseTarget(writtenMetric: string, writtenLimit: string): Target | string {
  const [metric, limit] = [asciiText(writtenMetric), asciiText(writtenLimit)];
  const text = `${metric} ${limit}`.trim();
  const shape = /^(?:worst\s+(?<seconds>\d+)\s*s\s+)?(?<rest>.*)$/i.exec(metric)?.groups;
  const words = METRIC.exec(shape?.rest ?? '')?.groups;
  if (!words?.statistic)
    return `Target "${text}": unknown metric "${metric}". Statistics: ${STATISTICS}. For example ${EXAMPLES}.`;
  const statistic = parseStatistic(words.statistic.toLowerCase());
  if (statistic.kind === 'percentile' && statistic.quantile === 0)
    return `Target "${text}": ${words.statistic} is no percentile. Use min, or p1 and above.`;
  if (shape?.seconds !== undefined && !(Number(shape.seconds) >= 1)) {
    return `Target "${text}": a stretch of ${shape.seconds} s is none. Use 1 s or more.`;
  }
  if (shape?.seconds !== undefined && statistic.kind === 'percentile' && statistic.from === 'intended') {
    return `Target "${text}": response percentiles are kept of the whole run only. Leave out "worst", or "response".`;
  }
  const isEach = words.operation?.toLowerCase() === EACH;
  if (shape?.seconds !== undefined && (isEach || statistic.kind === 'crowd')) {
    return `Target "${text}": "${isEach ? EACH : words.statistic}" is judged over the whole run only. Leave out "worst".`;
  }
  if (words.operation !== undefined && statistic.kind === 'crowd') {
    return `Target "${text}": ${words.statistic} is a figure of the whole crowd. Leave out "${words.operation}".`;
  }
  const bound = parseLimit(limit, { text, of: words.statistic, unit: unitOf(statistic) });
  if (typeof bound === 'string') return bound;
  const named = words.operation !== undefined && !isEach && !/^(latency|all)$/i.test(words.operation);
  return {
    text,
    ...(named ? { operation: words.operation } : {}),
    ...(isEach ? { each: true as const } : {}),
    statistic,
    ...(shape?.seconds ? { worstSeconds: Number(shape.seconds) } : {}),
    ...bound,
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
  const figure = crowdFigures.find((one) => one === name);
  if (figure !== undefined) return { kind: 'crowd', figure };
  return { kind: name as Exclude<Statistic['kind'], 'percentile' | 'crowd'> };
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
    case 'crowd':
      return statistic.figure === 'wrong answers' ? '' : '%';
    default:
      return assertNever(statistic);
  }
}
