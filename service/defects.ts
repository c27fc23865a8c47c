import { answerFromThePast, forgetLeaves, slowDown } from './defects/answers.ts';
import { loseOne, repeat, repeatRaise } from './defects/events.ts';
import type { Parts } from './defects/parts.ts';
import { addSecondRow, checkThenInsert } from './defects/seats.ts';

type Damage = (parts: Parts, number: number) => Partial<Parts> | undefined | Promise<Partial<Parts>>;

/**
 * Damage that can be done to the service on purpose, so that tests can prove that their checks find it; what each
 * does to the parts of the service, and the number that may follow its name. Adding one touches this table.
 */
const DEFECTS = {
  /** A join of somebody who is in already adds a row, so the roster shows them twice. */
  'duplicate-rows': [addSecondRow],
  /** Seats are counted without the lock, so many milliseconds before one is taken. */
  'capacity-race': [checkThenInsert, 50],
  /** Nobody is removed for a lost connection. */
  ghosts: [() => ({ sweepGhosts: () => async () => undefined })],
  /** Every nth event of a room is sent twice. */
  'event-twice': [repeat, 5],
  /** Every nth event of a room misses one of its members. */
  'event-lost': [loseOne, 5],
  /** A reconnect is answered with the state before the last change of the meeting. */
  'stale-reconnect': [answerFromThePast],
  /** Every nth leave is acknowledged and not carried out. */
  'leave-forgotten': [forgetLeaves, 5],
  /** Every nth raised hand is announced as two events, a millisecond apart. */
  'applied-twice': [repeatRaise, 5],
  /** Joins and reconnects are limited per address instead of per user. */
  'reset-limits-shared': [() => ({ joinLimitKey: ({ ip }) => ip })],
  /** GET /:id takes so many milliseconds longer. */
  'slow-endpoint': [slowDown, 20],
} satisfies Record<string, [damage: Damage, number?: number]>;

type Defect = keyof typeof DEFECTS;

/** The defects that are switched on, each with its number; 0 where it has none. */
export type Defects = ReadonlyMap<Defect, number>;

export const DEFECT_RULE = `names from ${Object.keys(DEFECTS).join(', ')}, separated by commas; those that count or wait take a number, such as event-lost=3`;

/** Reads "ghosts, event-lost=3". @returns undefined when it is not a list of defects */
export function parseDefects(text: string): Defects | undefined {
  const defects = new Map<Defect, number>();
  for (const entry of text.split(',')) {
    const [, name, number] = /^([a-z-]+)(?:=([1-9]\d{0,4}))?$/.exec(entry.trim()) ?? [];
    if (!name || !isDefect(name)) return undefined;
    const [, preset]: [Damage, number?] = DEFECTS[name];
    if (number && preset === undefined) return undefined;
    defects.set(name, number ? Number(number) : (preset ?? 0));
  }
  return defects;
}

/** The way back: "ghosts,event-lost=3". */
export function describeDefects(defects: Defects): string {
  return [...defects].map(([name, number]) => (number ? `${name}=${number}` : name)).join(',');
}

/** The same parts when no defect is switched on; else those parts in their place that have the defects. */
export async function damaged(parts: Parts, defects: Defects): Promise<Parts> {
  let result = parts;
  for (const [name, number] of defects) {
    const [damage]: [Damage, number?] = DEFECTS[name];
    result = { ...result, ...(await damage(result, number)) };
  }
  return result;
}

function isDefect(name: string): name is Defect {
  return Object.hasOwn(DEFECTS, name);
}
