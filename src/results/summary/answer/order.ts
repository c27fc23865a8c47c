import type { Reason } from '../../../history/reason.ts';
import type { Judgement } from '../../../targets/judgement.ts';
import type { Summary } from '../schema.ts';

/** The kinds of reasons, the cause of a verdict before its consequences. */
const causesFirst: readonly Reason['kind'][] = [
  'not started',
  'slice lost',
  'shard missing',
  'counts differ',
  'stopped early',
  'no target',
  'one shard',
  'wrong result',
  'target missed',
  'nothing tested',
  'load generator',
  'target inconclusive',
  'regression',
];

/** Statistics whose miss usually is the cause of other misses, the first causes first; others count as latencies. */
const failures = ['wrong answers', 'error rate', 'success rate', 'connections lost'];
const latencies = ['p95', 'p99', 'avg', 'p50'];
/** A service that is slow also delivers late, and completes less. */
const consequences = [
  'events lost',
  'events twice',
  'events late',
  'throughput',
  'count',
  'sessions completed',
];

/** Sorts the reasons of a verdict: its cause first, then the consequences. */
export function causeFirst(
  reasons: readonly Reason[],
  { verdict, targets }: { readonly verdict: Summary['verdict']; readonly targets: readonly Judgement[] },
): Reason[] {
  const rank = (reason: Reason): number[] => {
    // An inconclusive run with an overloaded load generator proves nothing else.
    const isCause = reason.kind === 'load generator' && verdict === 'inconclusive';
    // The harness itself stops a run whose targets are clearly missed.
    const isConsequence = reason.kind === 'stopped early' && verdict === 'failed';
    const kind = isCause ? 'one shard' : isConsequence ? 'nothing tested' : reason.kind;
    const position = causesFirst.indexOf(kind);
    const target = targets.find((one) => one.target === reason.subject);
    return [position < 0 ? causesFirst.length : position, ...(target ? rankOf(target) : [])];
  };
  return [...reasons]
    .map((reason, index) => ({ reason, rank: [...rank(reason), index] }))
    .sort((one, other) => compared(one.rank, other.rank))
    .map(({ reason }) => reason);
}

/** Of two targets, the one about the most calls is first, and then the one that is missed by more. */
function rankOf({ statistic, operation, each, worstSeconds, value, limit }: Judgement): number[] {
  const lists = [failures, latencies, consequences];
  const group = lists.findIndex((list) => list.includes(statistic));
  const position = group < 0 ? latencies.length : lists[group]!.indexOf(statistic);
  const isOfPage = operation?.startsWith('page.') ?? false;
  const scope = isOfPage ? 3 : operation !== undefined ? 1 : each ? 2 : 0;
  const ratio = value === null || limit === 0 ? 0 : -Math.abs(Math.log(value / limit || 1));
  return [
    isOfPage ? 1 : 0,
    group < 0 ? lists.indexOf(latencies) : group,
    scope,
    worstSeconds === undefined ? 0 : 1,
    position,
    ratio,
  ];
}

function compared(one: readonly number[], other: readonly number[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
