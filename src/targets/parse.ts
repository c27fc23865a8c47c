import { UserError } from '../kernel/errors.ts';
import { isReading } from '../timings/page-metrics.ts';
import { contradictions } from './contradictions.ts';
import { parseLimit } from './limit.ts';
import { nearestMetric } from './nearest-metric.ts';
import { crowdFigures, type Statistic, type Target, unitOf } from './target.ts';

const STATISTICS = `avg, min, max, p50 … p99.9, response p95, error rate, success rate, throughput, count, ${crowdFigures.join(', ')}`;
const EXAMPLES =
  '"latency p95": "< 500 ms", "meeting.join p99": "< 1 s", "each operation p95": "< 1 s", "worst 10 s error rate": "< 5 %"';
/** Before a statistic that each operation has to meet separately. */
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

/** The inverse: `{ 'latency p95': '< 500 ms' }` as one text, as in TARGETS. */
export function joinTargets(limits: Readonly<Record<string, string>>): string {
  return Object.entries(limits)
    .map(([metric, limit]) => `${metric} ${limit}`)
    .join('; ');
}

/** The text with plain characters: documents contain `≤`, `％`, and spaces of many kinds. */
function asciiText(text: string): string {
  return text.replace(/[≤⩽≦]/g, '<=').replace(/[≥⩾≧]/g, '>=').normalize('NFKC').replace(/\s+/g, ' ').trim();
}

const METRIC = new RegExp(
  `^(?:(?<operation>${EACH}|\\S+)\\s+)??(?<statistic>(?:response\\s+)?p\\d{1,2}(?:\\.\\d+)?|avg|min|max|error rate|success rate|throughput|count|${crowdFigures.join('|')})$`,
  'i',
);

function metricHint(rest: string): string {
  const meant = nearestMetric(rest, (metric) => METRIC.test(metric));
  return meant === undefined
    ? `Statistics: ${STATISTICS}. For example ${EXAMPLES}.`
    : `Did you mean "${meant}"?`;
}

function parseTarget(writtenMetric: string, writtenLimit: string): Target | string {
  const [metric, limit] = [asciiText(writtenMetric), asciiText(writtenLimit)];
  const text = `${metric} ${limit}`.trim();
  const shape = /^(?:worst\s+(?<seconds>\d+)\s*s\s+)?(?<rest>.*)$/i.exec(metric)?.groups;
  const words = METRIC.exec(shape?.rest ?? '')?.groups;
  if (!words?.statistic)
    return `Target "${text}": unknown metric "${metric}". ${metricHint(shape?.rest ?? '')}`;
  const statistic = parseStatistic(words.statistic.toLowerCase());
  if (statistic.kind === 'percentile' && statistic.quantile === 0)
    return `Target "${text}": ${words.statistic} is not a percentile. Use min, or p1 and above.`;
  if (shape?.seconds !== undefined && !(Number(shape.seconds) >= 1)) {
    return `Target "${text}": a window of ${shape.seconds} s is too short. Use 1 s or more.`;
  }
  if (shape?.seconds !== undefined && statistic.kind === 'percentile' && statistic.from === 'intended') {
    return `Target "${text}": response percentiles exist for the whole run only. Leave out "worst", or "response".`;
  }
  const isEach = words.operation?.toLowerCase() === EACH;
  if (shape?.seconds !== undefined && (isEach || statistic.kind === 'crowd')) {
    return `Target "${text}": "${isEach ? EACH : words.statistic}" is judged over the whole run only. Leave out "worst".`;
  }
  if (words.operation !== undefined && statistic.kind === 'crowd') {
    return `Target "${text}": ${words.statistic} is a figure of the whole crowd. Leave out "${words.operation}".`;
  }
  const why = whyNoFigure(words.operation, statistic, shape?.seconds !== undefined);
  if (why !== undefined) return `Target "${text}": ${why}`;
  const bound = parseLimit(limit, { text, of: words.statistic, unit: unitOf(statistic, words.operation) });
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

/** Why a page metric without a duration does not have this figure; undefined if it does. */
function whyNoFigure(operation: string | undefined, statistic: Statistic, isWorst: boolean) {
  if (!isReading(operation)) return undefined;
  const isIntended = statistic.kind === 'percentile' && statistic.from === 'intended';
  const isFigure = ['avg', 'min', 'max', 'count', 'percentile'].includes(statistic.kind) && !isIntended;
  if (isFigure && !isWorst) return undefined;
  return `"${operation}" is a value of a page, not of a call, and exists for the whole run only. Use avg, min, max, count or a percentile such as p75.`;
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
