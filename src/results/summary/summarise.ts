import { Attendance } from '../../crowd/attendance.ts';
import type { CrowdRecord } from '../../crowd/coordinator/messages.ts';
import { crowdFigures } from '../../crowd/crowd-figures.ts';
import { discrepancies } from '../../crowd/discrepancies.ts';
import { generatorAdds } from '../../crowd/generator-adds.ts';
import { selfCheck } from '../../crowd/generator-checks.ts';
import { allReadings } from '../../crowd/page-readings.ts';
import { describe, durationMs, peakUsers } from '../../crowd/schedules/index.ts';
import { standing } from '../../crowd/self-check.ts';
import { allTimings, type SliceReport } from '../../crowd/slice-report.ts';
import { sumCounts } from '../../kernel/sum-counts.ts';
import { allIdleTimes, idleConnectionsNote, resentNote } from '../../request-context/idle-connections.ts';
import { type Judged, judge } from '../../targets/judge.ts';
import type { Judgement } from '../../targets/judgement.ts';
import { isUnanswered } from '../../timings/catalogue.ts';
import { type MergedOperation, MergedTimings, totalOf } from '../../timings/merged-timings.ts';
import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';
import { answerOf } from './answer/answer.ts';
import { summariseBrowsers } from './browsers.ts';
import { capacityAnswer, capacityVerdict, leastTarget } from './capacity-verdict.ts';
import { captureNote } from './capture.ts';
import { countsOf } from './counts.ts';
import { distributionsOf } from './distribution.ts';
import { doubtsAbout } from './doubts.ts';
import { eventsOf } from './events.ts';
import { generatorOverTime } from './generator-series.ts';
import { summariseLatency } from './latency.ts';
import { isLeftOut, unjudged } from './left-out.ts';
import { operationsOf } from './operations.ts';
import { outageNotes } from './outages.ts';
import type { Summary } from './schema.ts';
import { overTime } from './series.ts';
import type { RecordedSeries } from './series-schema.ts';
import { type ServiceFigures, serviceFigures } from './service-figures.ts';
import { serviceOverTime } from './service-series.ts';
import { startSkew } from './start-skew.ts';
import { type Evidence, verdictOf } from './verdict.ts';
import { partOf } from './wholeness.ts';

const UNANSWERED = 'sent.* are messages that the service does not answer: they have a count and no latency.';

/** The summary of one crowd, from the reports of its slices; counts are sums, nothing is averaged. */
export function summarise(crowd: CrowdEvidence, timings = mergedTimings(crowd)): Summary {
  const { reports, schedule, facts, name, startedAt, capacity } = crowd;
  const { scheduleS, durationS } = timesOf(crowd);
  const findings = findingsOf(crowd);
  const peak = peakOf(crowd);
  const figures = crowdFigures(reports, timings, { schedule, reached: peak });
  const measured = { scheduleS, durationS, crowd: figures, readings: allReadings(reports) };
  const { judgements, leftOut } = judgeAll(crowd, timings, measured);
  const [events, sessions] = [eventsOf(reports, timings), sumSessions(reports)];
  const server = serviceFigures(crowd, timings);
  const operations = operationsOf(timings, server.operations);
  const drops = sumCounts(reports.map((report) => report.drops));
  const { timeline, series } = overTime(timings);
  const inPages = leftOut.filter(({ operation }) => operation?.startsWith('page.'));
  const browsers = summariseBrowsers(reports, timings, schedule, inPages.map(unjudged));
  const summary: Omit<Summary, 'answer'> = {
    schema: 'fullhouse/summary/2',
    ...judgedBy({
      crowd,
      targets: judgements,
      findings,
      discrepancies: discrepancies(reports, timings),
      doubts: doubtsAbout({ sessions, events, operations, figures, targets: crowd.targets }),
      operations,
    }),
    partial: isPartial(crowd),
    ...conditionsOf(crowd),
    run: { id: facts.runId, crowd: name, startedAt, commit: facts.commit, scheduleS, durationS },
    slices: crowd.expected.map((slice) => sliceState(slice, crowd)),
    users: {
      requested: peakUsers(schedule) + (browsers?.requested ?? 0),
      peak: Math.round(peak) + (browsers?.peak ?? 0),
    },
    sessions,
    drops,
    events,
    totals: totals(timings.actions, durationS, timeline, Math.floor(scheduleS)),
    latency: summariseLatency(timings.actions.ok, timings.actions.earliest),
    operations,
    serviceNotes: notesOf(crowd, timings, server.notes),
    browsers,
    targets: judgements,
    notJudged: leftOut.map(unjudged),
    selfCheck: selfCheckOf(reports, timings, { findings, judgements }),
    ...(capacity ? { capacity } : {}),
    timeline,
    series: seriesOf(series, crowd, server),
    distributions: distributionsOf(timings),
  };
  const isSearch = capacity !== undefined && crowd.notBegun === undefined;
  const answer = isSearch ? capacityAnswer(summary, capacity) : answerOf(summary, { crowd, timings });
  return { ...summary, answer };
}

/** A capacity search has its own verdict: its levels miss limits by design. */
function judgedBy(evidence: Evidence & { readonly crowd: CrowdEvidence }) {
  const { capacity, notBegun } = evidence.crowd;
  return capacity && notBegun === undefined
    ? capacityVerdict({ ...evidence, capacity })
    : verdictOf(evidence);
}

/** The conductor of a capacity search stops its crowd after the answer. */
function isPartial(crowd: CrowdEvidence): boolean {
  const isStopped = crowd.stopped !== null && (crowd.stopped.isInterrupted || !crowd.capacity?.answer);
  return crowd.lost.length > 0 || isStopped || partOf(crowd) !== null;
}

/** The most protocol participants at a time. */
function peakOf({ reports, schedule }: CrowdEvidence): number {
  const attended = new Attendance();
  for (const { slice, timings } of reports) attended.add(slice, timings.windows);
  return attended.reached(schedule);
}

function seriesOf(
  series: RecordedSeries,
  { reports }: CrowdEvidence,
  { samples }: ServiceFigures,
): Summary['series'] {
  return {
    ...series,
    generator: generatorOverTime(reports, series),
    service: serviceOverTime(samples),
  };
}

/** The conditions of the crowd. */
function conditionsOf({ facts, schedule, reports }: CrowdEvidence) {
  const { service, settings, seed, network, versions, machine } = facts;
  const sockets = reports.find((one) => one.sockets !== undefined)?.sockets;
  return {
    service,
    settings,
    seed,
    schedule: describe(schedule),
    network,
    ...(sockets === undefined ? {} : { sockets }),
    versions,
    machine,
  };
}

/** The self-checks of the load generator. */
function findingsOf(crowd: CrowdEvidence): Summary['selfCheck']['findings'] {
  const slicesEach = crowd.expected.length / (crowd.mergedFrom?.of ?? 1);
  return [...selfCheck(crowd.reports, slicesEach), ...startSkew(crowd)];
}

/** Sentences below the figures. */
function notesOf(crowd: CrowdEvidence, timings: MergedTimings, service: readonly string[]): string[] {
  const { reports, capture } = crowd;
  const idleTimes = allIdleTimes(reports.flatMap((one) => one.idle ?? []));
  const lost = totalOf(sumCounts(reports.map(({ drops }) => drops)));
  const notes = [
    ...outageNotes(timings, lost),
    ...service,
    idleConnectionsNote(idleTimes),
    resentNote(idleTimes),
    captureNote(capture, timings),
    [...timings.operations].some(([name, { total }]) => total > 0 && isUnanswered(name))
      ? UNANSWERED
      : undefined,
  ];
  return notes.filter((note) => note !== undefined);
}

export function mergedTimings({ reports }: Pick<CrowdEvidence, 'reports'>): MergedTimings {
  return new MergedTimings(allTimings(reports));
}

/** A run that ended early is judged over its actual time. */
function timesOf(crowd: CrowdEvidence): { scheduleS: number; durationS: number } {
  const durationS = Math.max(0, ...crowd.reports.map(({ elapsedMs }) => elapsedMs)) / 1000;
  const planned = durationMs(crowd.schedule) / 1000;
  // All arrive at once: only the time until the last one left counts.
  if (planned === 0) return { scheduleS: durationS, durationS };
  const isWhole = crowd.stopped === null && crowd.reports.some(({ finished }) => finished);
  return { scheduleS: isWhole ? planned : Math.min(planned, durationS), durationS };
}

function totals(
  actions: MergedOperation,
  durationS: number,
  timeline: Summary['timeline'],
  fullSeconds: number,
): Summary['totals'] {
  // A second without records also counts.
  const inSeconds = timeline.slice(0, fullSeconds).reduce((sum, second) => sum + second.total, 0);
  return {
    ...countsOf(actions),
    rateLimited: actions.outcomes['rate limited'] ?? 0,
    drained: actions.drained.count,
    generatorLimit: actions.outcomes['generator limit'] ?? 0,
    aborted: actions.outcomes.aborted ?? 0,
    perSecond: durationS === 0 ? 0 : actions.total / durationS,
    averageOfSeconds: fullSeconds === 0 ? null : inSeconds / fullSeconds,
  };
}

/** `leftOut`: default targets without enough samples. */
function judgeAll(
  { targets, notBegun, capacity }: CrowdEvidence,
  timings: MergedTimings,
  measured: Judged,
): { judgements: Judgement[]; leftOut: Judgement[] } {
  if (capacity) return { judgements: leastTarget(capacity), leftOut: [] };
  const judgements: Judgement[] = [];
  const leftOut: Judgement[] = [];
  // A crowd that never started meets and misses nothing.
  for (const target of notBegun === undefined ? targets : []) {
    const judgement = judge(target, timings, measured);
    (isLeftOut(target, judgement, timings) ? leftOut : judgements).push(judgement);
  }
  return { judgements, leftOut };
}

function selfCheckOf(
  reports: readonly SliceReport[],
  timings: MergedTimings,
  { findings, judgements }: Pick<Summary['selfCheck'], 'findings'> & { judgements: readonly Judgement[] },
): Summary['selfCheck'] {
  return {
    ok: standing(findings, judgements).length === 0,
    adds: reports.length === 0 ? null : generatorAdds(reports, timings.actions.latencies),
    findings,
    workers: reports.map(workerOf),
  };
}

function workerOf({ slice, health, browsers }: SliceReport): Summary['selfCheck']['workers'][number] {
  const { lateArrivals: _, userMs: __, ...figures } = health;
  return { slice, ...figures, ...(browsers?.processes ? { browser: browsers.processes } : {}) };
}

function sliceState(slice: number, crowd: CrowdRecord): Summary['slices'][number] {
  const report = crowd.reports.find((one) => one.slice === slice);
  const recorded = report
    ? allTimings([report])
        .flatMap(({ operations }) => Object.values(operations))
        .reduce((sum, { outcomes }) => sum + totalOf(outcomes), 0)
    : 0;
  const state = crowd.lost.includes(slice) || !report ? 'lost' : report.finished ? 'finished' : 'stopped';
  return { slice, of: report?.of ?? crowd.expected.length, state, recorded };
}

function sumSessions(reports: readonly SliceReport[]): Summary['sessions'] {
  const sum = (read: (sessions: SliceReport['sessions']) => number) =>
    reports.reduce((total, { sessions }) => total + read(sessions), 0);
  return {
    started: sum(({ started }) => started),
    completed: sum(({ completed }) => completed),
    gaveUp: sumCounts(reports.map(({ sessions }) => sessions.gaveUp)),
    cutShort: sum(({ cutShort }) => cutShort),
    rejected: sum(({ rejected }) => rejected),
    dropped: sum(({ dropped }) => dropped),
    limited: sum(({ limited = 0 }) => limited),
  };
}
