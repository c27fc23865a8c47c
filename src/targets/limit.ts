import type { Target, Unit } from './target.ts';

type Bound = Pick<Target, 'comparator' | 'limit' | 'unit'>;

/** The target of a limit: its text, its statistic, and the unit of the statistic. */
interface Limited {
  readonly text: string;
  readonly of: string;
  readonly unit: Unit;
}

const EXAMPLE = 'Write a comparator, a number and a unit, such as "< 500 ms", "<= 1 s" or "< 0.5 %"';

/** Reads `< 500 ms`. Returns a sentence if it is not a limit, or if no run can meet it. */
export function parseLimit(limit: string, { text, of, unit }: Limited): Bound | string {
  const found = /^(?<comparator><=|>=|<|>)\s*(?<limit>\d+(?:\.\d+)?)\s*(?<unit>ms|s|%|\/s)?$/.exec(
    limit,
  )?.groups;
  if (!found) return `Target "${text}": "${limit}" is not a limit. ${remedyFor(limit)}.`;
  const factor = found.unit === 's' && unit === 'ms' ? 1000 : 1;
  if ((found.unit ?? '') !== unit && factor === 1)
    return `Target "${text}": ${of} is counted in ${unit || 'plain numbers'}, not in ${found.unit ?? 'plain numbers'}.`;
  const value = Number(found.limit) * factor;
  const comparator = found.comparator as Bound['comparator'];
  if (value > Number.MAX_SAFE_INTEGER)
    return `Target "${text}": ${found.limit} is larger than any measured value. Use a smaller limit.`;
  if (unit === '%' && value > 100)
    return `Target "${text}": a rate is never above 100 %. Use a limit from 0 to 100 %.`;
  if (comparator === '<' && value === 0)
    return `Target "${text}": nothing is below 0, so no run meets it. Use a limit above 0, or <= 0.`;
  if (comparator === '>' && unit === '%' && value === 100)
    return `Target "${text}": nothing is above 100 %, so no run meets it. Use a lower limit, or >= 100 %.`;
  return { comparator, limit: value, unit };
}

function remedyFor(limit: string): string {
  if (/\d,\d/.test(limit))
    return 'Write numbers with a point, and no separator of thousands, such as "< 0.5 %"';
  if (/^=[<>]/.test(limit)) return 'Write the comparator as <= or >=';
  return EXAMPLE;
}
