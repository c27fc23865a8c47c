import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';

type Crowd = Pick<CrowdEvidence, 'expected' | 'mergedFrom'> & {
  readonly facts?: Pick<CrowdEvidence['facts'], 'shard'>;
};

/** Why the figures cover only a part of the crowd; null when they cover all of it. */
export function partOf({ facts }: Crowd): { message: string; hint: string } | null {
  const { index, of } = facts?.shard ?? { index: 1, of: 1 };
  if (of === 1) return null;
  return {
    message: `this is only shard ${index} of ${of}`,
    hint: 'npx fullhouse merge judges the whole crowd',
  };
}

export function missingShardText(shard: number): string {
  return `shard ${shard} is missing: its blob report was not merged`;
}

/** The shards whose blob report was not merged, with their slices. */
export function missingShards({ expected, mergedFrom }: Crowd): { shard: number; slices: number[] }[] {
  if (mergedFrom === undefined) return [];
  const { of, parts } = mergedFrom;
  const each = expected.length / of;
  return Array.from({ length: of }, (_, position) => position + 1)
    .filter((shard) => parts.every((part) => part.shard !== shard))
    .map((shard) => ({ shard, slices: expected.slice((shard - 1) * each, shard * each) }));
}
