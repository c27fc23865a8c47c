import { number } from '../kernel/figures.ts';
import { type Axis, levelText } from './axis.ts';
import type { CapacityAnswer, Level } from './evidence.ts';

type Resource = Level['resources'][number];

/**
 * The resource that reached its limit at the lowest level, among those that were at their limit when a level broke.
 * @returns null if no resource that was measured was at its limit
 */
export function firstLimit(axis: Axis, levels: readonly Level[]): CapacityAnswer['first'] {
  const [broken] = levels
    .filter(({ verdict }) => verdict === 'breaks')
    .sort((one, other) => one.level - other.level);
  const candidates = (broken?.resources ?? []).filter(({ isAtLimit }) => isAtLimit);
  const [first] = candidates
    .map((resource) => ({ resource, at: lowestAtLimit(levels, resource) }))
    .sort((one, other) => one.at - other.at || excess(other.resource) - excess(one.resource));
  if (broken === undefined || first === undefined) return null;
  const { name, unit, limit } = first.resource;
  const found = levels.find((level) => level.level === first.at && isAtLimit(level, name)) ?? broken;
  const { value } = found.resources.find((one) => one.name === name) ?? first.resource;
  const of = limit === null ? '' : ` (limit ${withUnit(limit, unit)})`;
  const message = `${name}, with ${withUnit(value, unit)} at ${levelText(axis, found.level)}${of}`;
  return { name, message };
}

function lowestAtLimit(levels: readonly Level[], { name }: Resource): number {
  return Math.min(...levels.filter((level) => isAtLimit(level, name)).map(({ level }) => level));
}

function isAtLimit({ resources }: Level, name: string): boolean {
  return resources.some((one) => one.name === name && one.isAtLimit);
}

/** How many times the value is above its limit. */
function excess({ value, limit }: Resource): number {
  return limit === null || limit === 0 ? value : value / limit;
}

function withUnit(value: number, unit: string): string {
  return unit === '%' ? `${number(value)}%` : `${number(value)} ${unit}`.trimEnd();
}
