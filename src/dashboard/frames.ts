import { addsText } from '../crowd/generator-adds.ts';
import { describe } from '../crowd/schedules/index.ts';
import { type Latencies, latenciesOf } from '../live/latencies.ts';
import type { LiveCrowd, LiveSecond } from '../live/live-crowd.ts';
import { benchmarkRemarks, type MeasuredBenchmark } from '../live/live-results.ts';
import type { LiveRun } from '../live/live-run.ts';
import type { LiveTarget } from '../live/live-targets.ts';
import { isAction } from '../timings/catalogue.ts';
import { shownCause } from '../timings/failure-causes.ts';
import { isOfService, type MergedOperation } from '../timings/merged-timings.ts';
import { liveView } from '../views/run-view/live-view.ts';
import type { Benchmark, Cause, Crowd, End, Frame, Latency, Second } from './frame.ts';

/** The part of a run that a viewer already has. */
export interface Cursor {
  readonly run: string;
  readonly crowd: string;
  /** The last second of that crowd. */
  readonly second: number;
  /** The last entry of the log. */
  readonly entry: number;
  /** The last change of the results. */
  readonly result: number;
}

/** The cursor at the current state of a run. */
export function cursorOf({ facts, crowds, log, results }: LiveRun): Cursor {
  const crowd = crowds.at(-1);
  return {
    run: facts.id,
    crowd: crowd?.name ?? '',
    second: crowd?.seconds.at(-1)?.second ?? -1,
    entry: log.count,
    result: results.changes,
  };
}

/** A cursor as the ID of an event: browsers send it when they reconnect. */
export function cursorText({ run, crowd, second, entry, result }: Cursor): string {
  return [run, Buffer.from(crowd).toString('base64url'), second, entry, result].join('/');
}

/** Undefined for a text that is not a cursor. */
export function parseCursor(text: string): Cursor | undefined {
  const [run, crowd, ...numbers] = text.split('/');
  const [second, entry, result] = numbers.map(Number);
  if (run === undefined || crowd === undefined || numbers.length !== 3) return undefined;
  if (![second, entry, result].every(Number.isInteger)) return undefined;
  const name = Buffer.from(crowd, 'base64url').toString();
  return { run, crowd: name, second: second!, entry: entry!, result: result! };
}

/** The state of a run, with the seconds, results and log entries that the viewer does not have yet. */
export function frameOf(run: LiveRun, since: Cursor | undefined, end: End | null): Frame {
  const { facts, results } = run;
  const view = liveView(run);
  const known = since?.run === facts.id ? since : undefined;
  const crowd = run.crowds.at(-1);
  const fromSecond = crowd && crowd.name === known?.crowd ? known.second : -1;
  return {
    run: facts.id,
    isWhole: known === undefined,
    facts: { serviceUrl: facts.serviceUrl, schedule: facts.load ?? describe(facts.schedule) },
    elapsedS: rounded(run.elapsedS),
    progress: rounded(run.progress),
    phases: view.phases,
    crowd: crowd ? crowdNow(crowd) : null,
    seconds: crowd ? crowd.seconds.filter(({ second }) => second > fromSecond).map(asRow) : [],
    results:
      known?.result === results.changes
        ? null
        : { experiments: view.experiments, benchmarks: view.benchmarks.map(asBenchmark) },
    log: run.log.since(known?.entry ?? 0),
    end,
  };
}

function crowdNow(crowd: LiveCrowd): Crowd {
  const { timings, name, phase, elapsedS, scheduleS, users } = crowd;
  const { actions, operations } = timings;
  return {
    name,
    phase,
    elapsedS,
    scheduleS,
    users,
    perSecond: phase === 'over' ? 0 : (crowd.seconds.at(-1)?.total ?? 0),
    total: actions.total,
    failed: actions.total - actions.successful,
    latency: latencyOf(crowd, actions),
    errors: errorsOf(actions),
    causes: causesOf(operations, isAction),
    missing: causesOf(operations, (operation) => !isAction(operation)),
    operations: [...operations].map(([operation, merged]) => ({
      name: operation,
      isAction: isAction(operation),
      total: merged.total,
      failed: merged.total - merged.successful,
      ...latencyOf(crowd, merged),
    })),
    targets: crowd.targets.map((target) => ({ ...asTarget(target), note: target.note ?? null })),
    generator: generatorNow(crowd),
  };
}

/** Counts of failed actions by outcome, the most frequent first. */
function errorsOf({ outcomes }: MergedOperation): Crowd['errors'] {
  const { ok: _, aborted: __, 'generator limit': ___, ...failures } = outcomes;
  return Object.entries(failures as Record<string, number>)
    .map(([kind, count]) => ({ kind, count }))
    .sort((one, other) => other.count - one.count);
}

const MOST_CAUSES = 12;

function causesOf(
  operations: LiveCrowd['timings']['operations'],
  isWanted: (operation: string) => boolean,
): Cause[] {
  return [...operations]
    .filter(([operation]) => isWanted(operation))
    .flatMap(([operation, { causes }]) =>
      [...causes.values()]
        .filter(({ outcome }) => isOfService(outcome))
        .map((cause) => ({ operation, cause: shownCause(cause), count: cause.count })),
    )
    .sort((one, other) => other.count - one.count)
    .slice(0, MOST_CAUSES);
}

function generatorNow(crowd: LiveCrowd): Crowd['generator'] {
  return {
    adds: addsText(crowd.generatorAdds),
    checks: crowd.health.map((finding) => ({ ...finding, value: rounded(finding.value) })),
    workers: crowd.reports.map((report) => ({
      slice: report.slice,
      state: crowd.stateOf(report),
      users: report.users + (report.browsers?.users ?? 0),
      loopDelayP99Ms: rounded(report.health.loopDelayP99Ms),
      cpuMean: rounded(report.health.cpuMean),
      memoryPeakBytes: report.health.memoryPeakBytes,
    })),
  };
}

function asBenchmark({ result, verdict, calls }: MeasuredBenchmark): Benchmark {
  return {
    title: result.title,
    verdict,
    calls: calls.total,
    failed: calls.total - calls.successful,
    targets: result.targets.map(asTarget),
    remarks: benchmarkRemarks(result),
    ...asPercentiles(latenciesOf(calls.ok)),
    earliest: asPercentiles(latenciesOf(calls.earliest)),
  };
}

function asTarget<State extends string>({
  target,
  state,
  value,
  unit,
  bracket,
}: Pick<LiveTarget, 'target' | 'value' | 'unit' | 'bracket'> & { readonly state: State }) {
  return { target, state, value: rounded(value), earliest: rounded(bracket?.low ?? null), unit };
}

function latencyOf(crowd: LiveCrowd, { ok, earliest }: MergedOperation): Latency {
  return {
    ...asPercentiles(crowd.latencies(ok)),
    earliest: asPercentiles(crowd.latencies(earliest)),
  };
}

function asRow(closed: LiveSecond): Second {
  const { second, users, total, failed, p50Ms, p95Ms, p99Ms, deliveryP95Ms, loopDelayMaxMs } = closed;
  const latencies = [rounded(p50Ms), rounded(p95Ms), rounded(p99Ms)] as const;
  return [second, users, total, failed, ...latencies, rounded(deliveryP95Ms), rounded(loopDelayMaxMs)];
}

function asPercentiles({ p50Ms, p95Ms, p99Ms }: Latencies): Latencies {
  return { p50Ms: rounded(p50Ms), p95Ms: rounded(p95Ms), p99Ms: rounded(p99Ms) };
}

/** To a thousandth: a reader needs no more, and a frame is sent every second. */
function rounded(value: number): number;
function rounded(value: number | null): number | null;
function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}
