import { type Check, finding } from './check.ts';

/** `limit` users were let in, not one more, and not one fewer while more of them asked. */
export function capacityIsExact(limit: number): Check {
  return (entries) => {
    const admitted = new Set<string>();
    const refused = new Set<string>();
    const evidence: string[] = [];
    let most = 0;
    for (const entry of entries) {
      if (entry.type === 'ok' && (entry.op === 'join' || entry.op === 'create')) admitted.add(entry.who);
      if (entry.type === 'fail' && entry.op === 'join') refused.add(entry.who);
      if (entry.type === 'state' && entry.source === 'service')
        most = Math.max(most, entry.state.roster?.length ?? 0);
    }
    if (admitted.size > limit) evidence.push(`${admitted.size} were admitted, the limit is ${limit}`);
    if (most > limit) evidence.push(`the roster had ${most}, the limit is ${limit}`);
    if (refused.size > 0 && admitted.size < limit) {
      evidence.push(`${refused.size} were refused though only ${admitted.size} of ${limit} seats were taken`);
    }
    return finding(
      'the capacity is exact',
      { count: admitted.size + refused.size, at: 'users who asked', one: 'user who asked' },
      evidence,
    );
  };
}
