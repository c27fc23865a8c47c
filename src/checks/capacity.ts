import { counted } from '../kernel/figures.ts';
import { defineCheck, finding } from './check.ts';

/** Exactly `limit` users are admitted: no more, and no fewer while others are refused. */
export const capacityIsExact = defineCheck(
  'the capacity is exact',
  (entries, { limit }: { limit: number }) => {
    const admitted = new Set<string>();
    const refused = new Set<string>();
    const evidence: string[] = [];
    let most = 0;
    for (const entry of entries) {
      if (entry.type === 'ok' && (entry.op === 'meeting.join' || entry.op === 'meeting.create'))
        admitted.add(entry.who);
      if (entry.type === 'fail' && entry.op === 'meeting.join') refused.add(entry.who);
      if (entry.type === 'state' && entry.source === 'service')
        most = Math.max(most, entry.state.roster?.length ?? 0);
    }
    if (admitted.size > limit) evidence.push(`${admitted.size} were admitted, the limit is ${limit}`);
    if (most > limit) evidence.push(`the roster had ${most}, the limit is ${limit}`);
    if (refused.size > 0 && admitted.size < limit) {
      evidence.push(
        `${counted(refused.size, 'user')} refused although only ${admitted.size} of ${limit} seats were taken`,
      );
    }
    return finding(
      { count: admitted.size + refused.size, many: 'users who asked', one: 'user who asked' },
      evidence,
    );
  },
);
