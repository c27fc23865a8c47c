import { counted, number } from '../../kernel/figures.ts';
import { type ServerSideFigures, serverSideFigures } from '../../meetings/server-metrics.ts';
import { type Answerers, answerers } from '../../meetings/service-processes.ts';
import type { ServiceSample } from '../../meetings/service-sample.ts';
import type { OutcomeCounts } from '../../timings/encoded.ts';
import { type MergedTimings, totalOf } from '../../timings/merged-timings.ts';
import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';

/** The service's figures about the calls of this crowd, and why others are left out. */
export interface ServiceFigures {
  readonly operations: Readonly<Record<string, ServerSideFigures>>;
  readonly samples: readonly ServiceSample[];
  /** One sentence for each figure that is left out or covers a part of the run. */
  readonly notes: readonly string[];
}

/** Counts may differ by calls that open and close meetings, and by calls that are open during a reading. */
const TOLERANCE = 0.05;
const SLACK = 2;

type Crowd = Pick<CrowdEvidence, 'metrics' | 'startedAt' | 'lost'>;

/** Compares the counts of the service with those of participants: figures of other calls are not shown as ours. */
export function serviceFigures(crowd: Crowd, timings: Pick<MergedTimings, 'operations'>): ServiceFigures {
  const { before, after, samples, routes, leftOut } = crowd.metrics;
  if (leftOut !== undefined) return nothing(leftOut);
  const answered = answerers(samples, crowd.startedAt);
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
    samples,
    notes: [
      ...(isRestarted ? [restarted(answered)] : []),
      ...(before === null || after === null ? [] : uncounted(counts, routes.routes, timings)),
      ...(more.length > 0
        ? [`Service figures of ${names(more)} are left out: ${sentence(more)}: others use the service too.`]
        : []),
    ],
  };
}

const MOST_NAMED = 3;

/** A sentence if the service answered calls but has no figure of them: the column in the report is empty. */
function uncounted(
  counts: Readonly<Record<string, ServerSideFigures>>,
  routes: Readonly<Record<string, string>>,
  { operations }: Pick<MergedTimings, 'operations'>,
): string[] {
  const missing = Object.entries(routes).filter(
    ([name]) => counts[name] === undefined && certainlyAnswered(operations.get(name)?.outcomes ?? {}) > 0,
  );
  if (missing.length === 0) return [];
  const named = missing.slice(0, MOST_NAMED).map(([name, route]) => `${name} (${route})`);
  const more = missing.length > MOST_NAMED ? [`${missing.length - MOST_NAMED} more`] : [];
  return [
    `Service figures are missing, because /metrics counted no call of: ${[...named, ...more].join(', ')}.`,
  ];
}

function nothing(reason: string): ServiceFigures {
  return { operations: {}, samples: [], notes: [`Service figures are left out: ${reason}.`] };
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
 * The service counts every call that it answered, except calls that a limiter refused before. It may also count
 * calls without an answer.
 */
function compare({ operations }: Pick<MergedTimings, 'operations'>, isPartial: boolean) {
  return ([operation, { count }]: [string, ServerSideFigures]): Difference[] => {
    const outcomes = operations.get(operation)?.outcomes ?? {};
    const ours = totalOf(outcomes);
    const certain = certainlyAnswered(outcomes);
    if (count < certain * (1 - TOLERANCE) - SLACK)
      return [{ operation, side: 'fewer', theirs: count, ours: certain }];
    // Our counts miss the calls of a lost worker after its last report.
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

/** The largest difference with its numbers, and the number of the others. */
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
