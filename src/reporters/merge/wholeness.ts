import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';

type Crowd = Pick<CrowdEvidence, 'expected' | 'mergedFrom'> & {
  readonly facts?: Pick<CrowdEvidence['facts'], 'shard'>;
};

/** Why these figures are of a part of the crowd alone, or null when they are of all of it. */
export function partOf({ facts }: Crowd): string | null {
  const { index, of } = facts?.shard ?? { index: 1, of: 1 };
  return of === 1 ? null : `this is shard ${index} of ${of} alone: npm run merge judges the whole crowd`;
}

/** The shards whose blob report was not merged, with the shares that they would have brought. */
export function missingShards({ expected, mergedFrom }: Crowd): { shard: number; shares: number[] }[] {
  if (mergedFrom === undefined) return [];
  const { of, parts } = mergedFrom;
  const each = expected.length / of;
  return Array.from({ length: of }, (_, position) => position + 1)
    .filter((shard) => parts.every((part) => part.shard !== shard))
    .map((shard) => ({ shard, shares: expected.slice((shard - 1) * each, shard * each) }));
}
