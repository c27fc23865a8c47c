import type { SettingName } from '../../config/schema.ts';
import { describe } from '../../crowd/schedules/index.ts';
import { UserError } from '../../kernel/errors.ts';
import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';
import { combinedMetrics } from './combined-metrics.ts';
import { differing, mergedFacts, settingsThatDiffer } from './merged-facts.ts';

/** Machines with differences in these have not hosted the same crowd. */
const sameOnAll: readonly SettingName[] = [
  'REQUESTS_PER_USER',
  'THINK_TIME_MS',
  'MEETING_SIZE',
  'REQUEST_TIMEOUT_MS',
  'DRAIN_TIMEOUT',
  'REQUEST_CONTEXT',
  'SOCKET_CLIENT',
  'SEED',
];

/**
 * The parts of one crowd, each hosted by another machine (Playwright's `--shard`), as one. Seconds count from the start
 * of each machine's own part. The slices of a missing shard are lost. Throws a UserError that names every
 * reason why the parts do not belong to the same crowd.
 */
export function wholeCrowd(parts: readonly CrowdEvidence[], runId: string): CrowdEvidence {
  const inOrder = [...parts].sort((one, other) => one.facts.shard.index - other.facts.shard.index);
  const [first] = inOrder as [CrowdEvidence];
  const mistakes = [...wrongShards(inOrder), ...differences(inOrder)];
  if (mistakes.length > 0) {
    throw new UserError(
      [`These parts of "${first.name}" cannot be merged:`, ...mistakes.map((mistake) => `  ${mistake}`)].join(
        '\n',
      ),
    );
  }
  const { of } = first.facts.shard;
  const starts = inOrder.flatMap(({ startedAt }) => startedAt ?? []).sort();
  const reports = inOrder.flatMap((part) => part.reports);
  const expected = allSlices(inOrder, of);
  const here = new Set(inOrder.flatMap((part) => part.expected));
  return {
    ...first,
    expected,
    lost: expected.filter((slice) => !here.has(slice) || inOrder.some(({ lost }) => lost.includes(slice))),
    reports,
    startedAt: starts[0] ?? null,
    stopped: inOrder.find(({ stopped }) => stopped !== null)?.stopped ?? null,
    metrics: combinedMetrics(inOrder),
    facts: mergedFacts(
      inOrder.map(({ facts }) => facts),
      runId,
    ),
    mergedFrom: {
      of,
      parts: inOrder.map(({ facts, startedAt }) => ({
        shard: facts.shard.index,
        runId: facts.runId,
        startedAt,
      })),
    },
  };
}

function wrongShards(parts: readonly CrowdEvidence[]): string[] {
  const names = parts.map(({ facts: { shard, runId } }) => ({ ...shard, runId }));
  const sizes = [...new Set(names.map(({ of }) => of))];
  const twice = names.filter(({ index }, at) => names.findIndex((one) => one.index === index) !== at);
  const workers = [...new Set(parts.map(({ expected }) => expected.length))];
  return [
    ...(sizes.length > 1
      ? [`they are shards of ${sizes.join(' and of ')}; run all with the same --shard=…/n`]
      : []),
    ...twice.map(
      ({ index, of, runId }) =>
        `shard ${index} of ${of} is present twice; remove the blob report of run ${runId}`,
    ),
    ...(workers.length > 1
      ? [`they ran with ${workers.join(' and ')} workers; run all with the same --workers`]
      : []),
  ];
}

function differences(parts: readonly CrowdEvidence[]): string[] {
  const compared: [string, (part: CrowdEvidence) => unknown][] = [
    ['the schedule', ({ schedule }) => describe(schedule)],
    ['the network', ({ facts }) => facts.network],
    ['the targets', ({ targets }) => targets.map(({ text }) => text).join('; ')],
  ];
  return [
    ...compared.flatMap(([what, read]) => differing(what, parts.map(read))),
    ...settingsThatDiffer(
      parts.map(({ facts }) => facts),
      sameOnAll,
    ),
  ];
}

/** All slices of the crowd, also of missing machines: every machine runs the same number of slices. */
function allSlices([first]: readonly CrowdEvidence[], shards: number): number[] {
  return Array.from({ length: first!.expected.length * shards }, (_, position) => position + 1);
}
