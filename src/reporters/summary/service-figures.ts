import { counted, number } from '../../kernel/figures.ts';
import { type ServerSideFigures, serverSideFigures } from '../../meetings/server-metrics.ts';
import type { ServiceMoment } from '../../meetings/service-moment.ts';
import { type Answerers, answerers } from '../../meetings/service-processes.ts';
import type { OutcomeCounts } from '../../timings/encoded.ts';
import { type MergedTimings, totalOf } from '../../timings/merged-timings.ts';
import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';

/** What the service said of itself, as far as it is about this crowd, and why the rest is left out. */
export interface ServiceFigures {
  readonly operations: Readonly<Record<string, ServerSideFigures>>;
  readonly moments: readonly ServiceMoment[];
  /** A sentence for each thing that is left out, or that covers a part of the run. */
  readonly notes: readonly string[];
}

/** Counts may differ by so much: the calls that open and close the meetings, and those on their way at a reading. */
const TOLERANCE = 0.05;
const SLACK = 2;

type Crowd = Pick<CrowdEvidence, 'metrics' | 'startedAt' | 'lost'>;

/** Compares what the service counted with what participants counted: figures of other calls are not shown as ours. */
export function serviceFigures(crowd: Crowd, timings: Pick<MergedTimings, 'operations'>): ServiceFigures {
  const { before, after, moments, routes, leftOut } = crowd.metrics;
  if (leftOut !== undefined) return nothing(leftOut);
  const answered = answerers(moments, crowd.startedAt);
  if (answered.kind === 'several') return nothing(`/metrics is answered by ${inWords(answered.count)}`);
  const counts = before === null || after === null ? {} : serverSideFigures(before, after, routes);
  const isRestarted = answered.kind === 'restarted';
  const differences = isRestarted
    ? []
    : Object.entries(counts).flatMap(compare(timings, crowd.lost.length > 0));
  const fewer = differences.filter(({ side }) => side === 'fewer');
  if (fewer.length > 0) return nothing(`${sentence(fewer)}: other replicas answered the rest`);
  const more = differences.filter(({ side }) => side === 'more');
  const isOurs = ([name]: [string, unknown]) => !more.some(({ operation }) => operation === name);
  return {
    operations: Object.fromEntries(Object.entries(counts).filter(isOurs)),
    moments,
    notes: [
      ...(isRestarted ? [restarted(answered)] : []),
      ...(more.length > 0
        ? [`Service figures of ${names(more)} are left out: ${sentence(more)}: others use the service too.`]
        : []),
    ],
  };
}

function nothing(reason: string): ServiceFigures {
  return { operations: {}, moments: [], notes: [`Service figures are left out: ${reason}.`] };
}

function restarted({ times }: Answerers & { kind: 'restarted' }): string {
  return `The service was restarted ${counted(times, 'time')} during the run: its figures count the calls since then.`;
}

function inWords(processes: number | null): string {
  return processes === null ? 'several processes' : counted(processes, 'process', 'processes');
}

interface Difference {
  readonly operation: string;
  readonly side: 'fewer' | 'more';
  readonly theirs: number;
  readonly ours: number;
}

/**
 * The service has counted every call that it answered, except those that a limiter refused before. It may have counted
 * those without an answer, too.
 */
function compare({ operations }: Pick<MergedTimings, 'operations'>, isPartial: boolean) {
  return ([operation, { count }]: [string, ServerSideFigures]): Difference[] => {
    const outcomes = operations.get(operation)?.outcomes ?? {};
    const ours = totalOf(outcomes);
    const certain = certainlyAnswered(outcomes);
    if (count < certain * (1 - TOLERANCE) - SLACK)
      return [{ operation, side: 'fewer', theirs: count, ours: certain }];
    // What a lost worker called after its last report is ours, and in no count of ours.
    if (isPartial || count <= ours * (1 + TOLERANCE) + SLACK) return [];
    return [{ operation, side: 'more', theirs: count, ours }];
  };
}

function certainlyAnswered(outcomes: OutcomeCounts): number {
  return Object.entries(outcomes).reduce(
    (sum, [outcome, count = 0]) => (outcome === 'ok' || outcome.startsWith('http ') ? sum + count : sum),
    0,
  );
}

/** The largest difference with its numbers; of the others, how many there are. */
function sentence(differences: readonly Difference[]): string {
  const [first, ...others] = [...differences].sort((one, other) => gap(other) - gap(one));
  const { operation, side, theirs, ours } = first!;
  const calls = `${number(ours)} ${operation} calls`;
  const counts =
    side === 'fewer'
      ? `the service counted ${number(theirs)} of our ${calls}`
      : `the service counted ${number(theirs)}, we made ${calls}`;
  return others.length === 0 ? counts : `${counts} (likewise ${counted(others.length, 'other operation')})`;
}

function gap({ theirs, ours }: Difference): number {
  return Math.abs(theirs - ours);
}

function names(differences: readonly Difference[]): string {
  return differences.map(({ operation }) => operation).join(', ');
}
