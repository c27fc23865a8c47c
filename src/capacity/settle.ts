import type { Axis } from './axis.ts';
import type { Second } from './second.ts';

/** Windows shorter than this contain too few calls of a small crowd. */
export const WINDOW_S = 3;

/** The longest time until everyone of a level has arrived. */
const ARRIVAL_S = 15;
/** Participants start new sessions all the time, so a level rarely has each of its users in each second. */
const ARRIVED = 0.95;

/** The longest time to settle. With arrivals, the number of participants rises until as many sessions end as begin. */
const SETTLE_S: Readonly<Record<Axis, number>> = { users: 30, 'meeting-size': 30, arrivals: 300 };

/**
 * The time in which arrivals settle, in mean lengths of a session: e⁻³ of the participants are missing then, if no one was
 * there before, or half of e⁻² after half of the rate.
 */
const SESSIONS_FROM_EMPTY = 3;
const SESSIONS_FROM_BELOW = 2;

/** A change from the first to the last of three windows is a trend from this part of their mean on. */
const TREND = 0.1;

/**
 * The index of the first second in which everyone of the level was there; undefined before. After the longest time,
 * the level is judged with those who came.
 */
export function arrivedAt(axis: Axis, level: number, seconds: readonly Second[]): number | undefined {
  // An arrival rate is reached with its first arrival.
  if (axis === 'arrivals') return seconds.length > 0 ? 0 : undefined;
  const index = seconds.findIndex(({ users }) => users >= ARRIVED * level);
  if (index >= 0) return index;
  return seconds.length >= ARRIVAL_S ? ARRIVAL_S : undefined;
}

export interface Settled {
  /** The index of the first second that is judged. */
  readonly from: number;
  /** Whether the longest time to settle was over, and a trend was still there. */
  readonly isForced: boolean;
}

/**
 * The first three windows without a trend in the response time, in the calls and in the users: everything before them
 * is discarded. Undefined as long as there are no such windows, and the longest time is not over.
 */
export function settledFrom(
  { axis, level }: { readonly axis: Axis; readonly level: number },
  seconds: readonly Second[],
  arrived: number,
): Settled | undefined {
  const windows = windowsOf(seconds.slice(arrived));
  for (let at = 0; at + 3 <= windows.length; at++) {
    const from = arrived + at * WINDOW_S;
    const isThere = axis !== 'arrivals' || isFull(level, seconds, from);
    if (isThere && isCalm(windows.slice(at, at + 3))) return { from, isForced: false };
    if ((at + 3) * WINDOW_S >= SETTLE_S[axis]) return { from, isForced: true };
  }
  return undefined;
}

/**
 * Whether as many sessions end as begin. By Little's law, a session lasts users / rate on average, or longer as long as the
 * users still rise.
 */
function isFull(perSecond: number, seconds: readonly Second[], from: number): boolean {
  const window = seconds.slice(from, from + 3 * WINDOW_S);
  const users = sum(window, (second) => second.users) / window.length;
  const isFromEmpty = seconds[0]!.users < users / 4;
  return from >= (isFromEmpty ? SESSIONS_FROM_EMPTY : SESSIONS_FROM_BELOW) * (users / perSecond);
}

interface Window {
  readonly users: number;
  readonly calls: number;
  /** Mean response time in ms; 0 without a successful call. */
  readonly responseMs: number;
}

function windowsOf(seconds: readonly Second[]): Window[] {
  return Array.from({ length: Math.floor(seconds.length / WINDOW_S) }, (_, at) => {
    const part = seconds.slice(at * WINDOW_S, (at + 1) * WINDOW_S);
    const calls = sum(part, (second) => second.calls);
    const ok = sum(part, ({ ok: { count } }) => count);
    return {
      users: sum(part, ({ users }) => users) / WINDOW_S,
      calls,
      responseMs: ok === 0 ? 0 : (sum(part, ({ inFlight }) => inFlight) * 1000) / ok,
    };
  });
}

function isCalm(windows: readonly Window[]): boolean {
  const callsOf = windows.map(({ calls }) => calls);
  // A difference of two counts has this deviation by chance alone (Poisson).
  const chance = 2 * Math.sqrt(2 * Math.max(1, ...callsOf));
  return (
    !isTrend(windows.map(({ responseMs }) => responseMs)) &&
    !isTrend(callsOf, chance) &&
    !isTrend(
      windows.map(({ users }) => users),
      1,
    )
  );
}

function isTrend([first, second, third]: readonly number[], atLeast = 0): boolean {
  const isMonotone = (first! <= second! && second! <= third!) || (first! >= second! && second! >= third!);
  const mean = (first! + second! + third!) / 3;
  return isMonotone && Math.abs(third! - first!) > Math.max(atLeast, TREND * mean);
}

export function sum(seconds: readonly Second[], of: (second: Second) => number): number {
  return seconds.reduce((total, second) => total + of(second), 0);
}
