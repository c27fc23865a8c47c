import { Attendance } from '../../crowd/attendance.ts';
import type { CrowdRecord } from '../../crowd/coordinator/messages.ts';
import { crowdFigures } from '../../crowd/crowd-figures.ts';
import { generatorAdds } from '../../crowd/generator-adds.ts';
import { describe, durationMs, peakUsers, type Schedule } from '../../crowd/schedules/index.ts';
import { selfCheck, standing } from '../../crowd/self-check.ts';
import { allTimings, type ShareReport } from '../../crowd/share-report.ts';
import { allIdleTimes, idleConnectionsNote, resentNote } from '../../request-context/idle-connections.ts';
import { type Judged, judge } from '../../targets/judge.ts';
import type { Judgement } from '../../targets/judgement.ts';
import { isUnanswered } from '../../timings/catalogue.ts';
import { type MergedOperation, MergedTimings, totalOf } from '../../timings/merged-timings.ts';
import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';
import { startSkew } from '../merge/start-skew.ts';
import { partOf } from '../merge/wholeness.ts';
import { summariseBrowsers } from './browsers.ts';
import { captureNote } from './capture.ts';
import { discrepancies } from './discrepancies.ts';
import { distributionsOf } from './distribution.ts';
import { doubtsAbout } from './doubts.ts';
import { eventsOf } from './events.ts';
import { generatorOverTime } from './generator-series.ts';
import { summariseLatency } from './latency.ts';
import { operationsOf } from './operations.ts';
import { outageNotes } from './outages.ts';
import type { Summary } from './schema.ts';
import { overTime } from './series.ts';
import { serviceFigures } from './service-figures.ts';
import { serviceOverTime } from './service-series.ts';
import { verdictOf } from './verdict.ts';

const UNANSWERED = 'sent.* are messages that the service does not answer: they have a count and no latency.';

/** Everything that is to be said of one crowd, from what its shares reported; counts are sums, nothing is averaged. */
export function summarise(crowd: CrowdEvidence, timings = mergedTimings(crowd)): Summary {
  const { reports, schedule, facts, targets } = crowd;
  const durationS = Math.max(0, ...reports.map(({ elapsedMs }) => elapsedMs)) / 1000;
  const scheduleS = scheduleSeconds(schedule, crowd, durationS);
  const sharesEach = crowd.expected.length / (crowd.mergedFrom?.of ?? 1);
  const findings = [...selfCheck(reports, sharesEach), ...startSkew(crowd)];
  const attendance = new Attendance();
  for (const { share, timings } of reports) attendance.add(share, timings.windows);
  const reached = attendance.reached(schedule);
  const figures = crowdFigures(reports, timings, { schedule, reached });
  // Of a crowd that never was, no target says anything.
  const { judgements, notJudged } = judgeAll(
    crowd.notBegun === undefined ? crowd : { ...crowd, targets: [] },
    timings,
    {
      scheduleS,
      durationS,
      crowd: figures,
    },
  );
  const [events, sessions] = [eventsOf(reports, timings), sumSessions(reports)];
  const server = serviceFigures(crowd, timings);
  const operations = operationsOf(timings, server.operations);
  const drops = sumCounts(reports.map((report) => report.drops));
  const idleTimes = allIdleTimes(reports.flatMap((one) => one.idle ?? []));
  const idle = [idleConnectionsNote(idleTimes), resentNote(idleTimes)].filter((note) => note !== undefined);
  const sockets = reports.find((one) => one.sockets !== undefined)?.sockets;
  const captured = captureNote(crowd.capture, timings);
  const { timeline, series } = overTime(timings);
  const browsers = summariseBrowsers(
    reports,
    timings,
    schedule,
    notJudged.filter(({ target }) => target.startsWith('page.')),
  );
  const { service, settings, seed, network, versions, machine, commit } = facts;
  return {
    schema: 'fullhouse/summary/1',
    ...verdictOf({
      crowd,
      targets: judgements,
      findings,
      discrepancies: discrepancies(reports, timings),
      doubts: doubtsAbout({ sessions, events, operations, figures, targets }),
    }),
    partial: crowd.lost.length > 0 || crowd.stopped !== null || partOf(crowd) !== null,
    run: { id: facts.runId, crowd: crowd.name, startedAt: crowd.startedAt, scheduleS, durationS, commit },
    service,
    settings,
    seed,
    schedule: describe(schedule),
    network,
    ...(sockets === undefined ? {} : { sockets }),
    versions,
    machine,
    shares: crowd.expected.map((share) => shareState(share, crowd)),
    users: {
      asked: peakUsers(schedule) + (browsers?.asked ?? 0),
      reached: Math.round(reached) + (browsers?.reached ?? 0),
    },
    sessions,
    drops,
    events,
    totals: totals(timings.actions, durationS, timeline, Math.floor(scheduleS)),
    latency: summariseLatency(timings.actions.ok, timings.actions.earliest),
    operations,
    serviceNotes: [
      ...outageNotes(timings, totalOf(drops)),
      ...server.notes,
      ...idle,
      ...(captured === undefined ? [] : [captured]),
      ...(Object.keys(operations).some(isUnanswered) ? [UNANSWERED] : []),
    ],
    browsers,
    targets: judgements,
    notJudged,
    selfCheck: {
      ok: standing(findings, judgements).length === 0,
      adds: reports.length === 0 ? null : generatorAdds(reports, timings.actions.latencies),
      findings,
      workers: reports.map(workerOf),
    },
    timeline,
    series: {
      ...series,
      generator: generatorOverTime(reports, series),
      service: serviceOverTime(server.moments),
    },
    distributions: distributionsOf(timings),
  };
}

export function mergedTimings({ reports }: Pick<CrowdEvidence, 'reports'>): MergedTimings {
  return new MergedTimings(allTimings(reports));
}

/** A run that ended early, for whatever reason, is judged over the time that it had. */
function scheduleSeconds(schedule: Schedule, crowd: CrowdRecord, durationS: number): number {
  const planned = durationMs(schedule) / 1000;
  // Everybody at once: the time until everybody is gone is all there is.
  if (planned === 0) return durationS;
  const lasted = crowd.stopped === null && crowd.reports.some(({ finished }) => finished);
  return lasted ? planned : Math.min(planned, durationS);
}

function totals(
  actions: MergedOperation,
  durationS: number,
  timeline: Summary['timeline'],
  fullSeconds: number,
): Summary['totals'] {
  const { total, successful } = actions;
  // A second in which nothing was recorded is a second all the same.
  const inSeconds = timeline.slice(0, fullSeconds).reduce((sum, second) => sum + second.total, 0);
  return {
    total,
    successful,
    failed: total - successful,
    rateLimited: actions.outcomes['rate limited'] ?? 0,
    drained: actions.drained.count,
    generatorLimit: actions.outcomes['generator limit'] ?? 0,
    aborted: actions.outcomes.aborted ?? 0,
    errorRatePercent: total === 0 ? null : ((total - successful) / total) * 100,
    perSecond: durationS === 0 ? 0 : total / durationS,
    averageOfSeconds: fullSeconds === 0 ? null : inSeconds / fullSeconds,
  };
}

/** Those that nobody wrote are left out where nothing, or too little, was measured for them. */
function judgeAll(
  { targets }: CrowdEvidence,
  timings: MergedTimings,
  judged: Judged,
): { judgements: Judgement[]; notJudged: { target: string; note: string }[] } {
  const judgements: Judgement[] = [];
  const notJudged: { target: string; note: string }[] = [];
  for (const target of targets) {
    const judgement = judge(target, timings, judged);
    const isMeasured =
      judgement.value !== null || (timings.operations.get(target.operation!)?.total ?? 0) > 0;
    const isUnsure = judgement.state === 'inconclusive' && judgement.value === null;
    const isLeftOut = target.ifMeasured && (isUnsure || !isMeasured);
    if (isLeftOut) notJudged.push({ target: judgement.target, note: judgement.note ?? '' });
    else judgements.push(judgement);
  }
  return { judgements, notJudged };
}

function workerOf({ share, health, browsers }: ShareReport): Summary['selfCheck']['workers'][number] {
  const { lateArrivals: _, userMs: __, ...figures } = health;
  return { share, ...figures, ...(browsers?.processes ? { browser: browsers.processes } : {}) };
}

function shareState(share: number, crowd: CrowdRecord): Summary['shares'][number] {
  const report = crowd.reports.find((one) => one.share === share);
  const recorded = report
    ? allTimings([report])
        .flatMap(({ operations }) => Object.values(operations))
        .reduce((sum, { outcomes }) => sum + totalOf(outcomes), 0)
    : 0;
  const state = crowd.lost.includes(share) || !report ? 'lost' : report.finished ? 'finished' : 'stopped';
  return { share, of: report?.of ?? crowd.expected.length, state, recorded };
}

function sumSessions(reports: readonly ShareReport[]): Summary['sessions'] {
  const sum = (read: (sessions: ShareReport['sessions']) => number) =>
    reports.reduce((total, { sessions }) => total + read(sessions), 0);
  return {
    started: sum(({ started }) => started),
    completed: sum(({ completed }) => completed),
    gaveUp: sumCounts(reports.map(({ sessions }) => sessions.gaveUp)),
    cutShort: sum(({ cutShort }) => cutShort),
    turnedAway: sum(({ turnedAway }) => turnedAway),
    dropped: sum(({ dropped }) => dropped),
    limited: sum(({ limited = 0 }) => limited),
  };
}

function sumCounts(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const part of parts)
    for (const [key, count] of Object.entries(part)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}
