import { failureTexts } from '../timings/failure-causes.ts';
import type { Entry } from './ledger.ts';

/**
 * The failures that timings do not hold: attempts to connect, by the message of the service, and attempts to enter the
 * room. The most frequent first.
 */
export function connectionFailures(entries: readonly Entry[], most: number): string[] {
  const counts = new Map<string, { operation: string; cause: string; count: number }>();
  const count = (operation: string, cause: string) => {
    const known = counts.get(`${operation} ${cause}`) ?? { operation, cause, count: 0 };
    known.count += 1;
    counts.set(`${operation} ${cause}`, known);
  };
  for (const entry of entries) {
    if (entry.type === 'socket' && entry.change === 'failed')
      count('socket.connect', `"${entry.reason ?? 'no reason given'}"`);
    if ((entry.type === 'fail' || entry.type === 'info') && entry.op === 'room.enter')
      count('room.enter', entry.outcome);
  }
  return failureTexts(
    [...counts.values()].sort((one, other) => other.count - one.count),
    most,
  );
}
