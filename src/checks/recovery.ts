import { delaysOf } from './backoff.ts';
import type { Entry } from './ledger.ts';

/** The time of each reconnect in ms after the mark `healed`, ascending. */
export function recoveryTimes(entries: readonly Entry[]): number[] {
  const healed = entries.findLast((entry) => entry.type === 'mark' && entry.name === 'healed');
  if (!healed) return [];
  const back = new Map<string, number>();
  for (const entry of entries.slice(healed.n)) {
    if (entry.type !== 'socket' || entry.change !== 'connected' || back.has(entry.who)) continue;
    back.set(entry.who, entry.at - healed.at);
  }
  return [...back.values()].sort((one, other) => one - other);
}

/** The reconnect attempts: the most in any 100 ms, and the number per client. */
export function attemptsOf(entries: readonly Entry[]): {
  peakPer100Ms: number;
  perClient: { least: number; most: number; mean: number };
} {
  const clients = new Map<string, number>();
  const slots = new Map<number, number>();
  for (const { who, at } of delaysOf(entries)) {
    clients.set(who, (clients.get(who) ?? 0) + 1);
    const slot = Math.floor(at / 100);
    slots.set(slot, (slots.get(slot) ?? 0) + 1);
  }
  const counts = [...clients.values()];
  const total = counts.reduce((sum, count) => sum + count, 0);
  return {
    peakPer100Ms: Math.max(0, ...slots.values()),
    perClient: {
      least: Math.min(...counts),
      most: Math.max(...counts),
      mean: total / Math.max(1, counts.length),
    },
  };
}
