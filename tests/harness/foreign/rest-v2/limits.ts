import { Refused } from './refused.ts';

/** The maximum number of calls of one user in a window of `seconds`. */
export interface Limit {
  readonly calls: number;
  readonly seconds: number;
}

/** Counts calls in fixed windows. @throws {Refused} 429 with `retry-after` */
export function limiter({ calls, seconds }: Limit): (user: string) => void {
  let windowEnd = 0;
  const counts = new Map<string, number>();
  return (user) => {
    const now = performance.now();
    if (now >= windowEnd) {
      counts.clear();
      windowEnd = now + seconds * 1000;
    }
    const count = (counts.get(user) ?? 0) + 1;
    counts.set(user, count);
    if (count <= calls) return;
    const reset = String(Math.ceil((windowEnd - now) / 1000));
    throw new Refused(429, 'TOO_MANY_CALLS', `At most ${calls} calls in ${seconds} s.`, {
      'retry-after': reset,
      'ratelimit-limit': String(calls),
      'ratelimit-remaining': '0',
      'ratelimit-reset': reset,
    });
  };
}
