import {
  acknowledgedIsDone,
  gapsAreFollowedByResync,
  healthIsTrue,
  noUserTwice,
  reconnectStateIsFresh,
  rosterIsTrue,
  viewsAgree,
} from '../checks/catalogue.ts';
import { type Finding, finding, type NamedCheck, notApplicable, proof } from '../checks/check.ts';
import type { Entry } from '../checks/ledger.ts';
import { NO_ROSTER } from '../checks/membership.ts';
import {
  DOWN,
  GIVING_BACK,
  HEALTH,
  type HealthSeen,
  outageEffects,
  outageLine,
  TAKING_AWAY,
  UP,
} from '../checks/outage.ts';
import type { Answer } from '../meetings/answer.ts';
import type { RecordedParticipant } from '../participants/recorded-participant.ts';
import type { Cohort } from './cohort.ts';
import type { ExperimentRecord } from './experiment-record.ts';
import { type HealthWatch, watchHealth } from './health-watch.ts';
import type { Fault, Plan } from './plan.ts';
import { connected, returned, serves } from './probes.ts';
import type { Probe } from './steady-state.ts';

/** A part that can be stopped for participants, and restarted. */
export interface Outage {
  /** The address of the affected service. */
  readonly url: string;
  /** How the part is stopped, for the report. */
  readonly by: string;
  /** It restarts automatically: the experiment does not decide how long it is down. */
  readonly isRestart: boolean;
  /** Resolves when it is down; for a restart, when it is back. */
  down(): Promise<unknown>;
  /** Has no effect if it is up. */
  up(): Promise<unknown>;
}

/** The lost part. `isNeeded`: the service cannot work without it, so its health check must not report ok during the outage. */
export type Lost = 'service' | { readonly dependency: string; readonly isNeeded: boolean };

export interface OutageOptions {
  readonly experiment: ExperimentRecord;
  readonly cohort: Cohort;
  readonly lost: Lost;
  readonly outage: Outage;
  readonly users: number;
  readonly downMs: number;
}

/** The number of participants who call an operation during the outage. */
const CALLERS = 3;
/** Socket.IO's clients try again every 5 s at the latest; a service may need a while to find its database again. */
const BACK_WITHIN_MS = 60_000;
/** The time for events and calls in progress before the stop, or after the restart. */
const SETTLE_MS = 1500;
/** A health check may keep its last answer for this time. */
const HEALTH_GRACE_MS = 2000;
const SEATS = 200;

/**
 * A meeting with raised hands loses a part of the service for a while. Afterwards each participant is present once,
 * every acknowledged call is done, and all views agree.
 */
export async function outagePlan(options: OutageOptions): Promise<Plan> {
  const { experiment, cohort, lost, outage, users, downMs } = options;
  const { ledger, clock } = experiment;
  const name = lost === 'service' ? 'the service' : `the ${lost.dependency}`;
  experiment.fact('how', outage.by);
  const meetingId = await cohort.meeting(SEATS);
  const attendees = await cohort.arrive(meetingId, users, { url: outage.url });
  const health = await watchHealth(outage.url, cohort.contract, ledger, clock);
  experiment.atEnd('stop the health watch', () => health.end());
  let calls: Promise<Answer>[] = [];
  const meanwhile = async () => {
    calls = attendees.slice(0, CALLERS).map((one) => one.lowerHand());
    await clock.until(clock.now() + downMs);
  };
  return {
    steady: [healthy(health), serves(cohort, meetingId), connected(attendees), returned(attendees)],
    steadyWithinMs: 10_000,
    before: {
      'every second participant raises a hand': () =>
        Promise.all(attendees.filter((_, index) => index % 2 === 0).map((one) => one.raiseHand())),
      'the meeting settles': () => experiment.settle(SETTLE_MS),
    },
    fault: faultOf(name, options, meanwhile),
    recoverWithinMs: BACK_WITHIN_MS,
    afterwards: {
      'the calls of the outage end': async () => isReal(name, await Promise.all(calls), experiment),
      'some hands are raised and lowered again': () => moveHands(attendees),
    },
    settleMs: SETTLE_MS,
    whenSettled: {
      'all ask for the state once more': () => Promise.all(attendees.map((one) => one.reconnect())),
    },
    compare: [{ meetingId, views: attendees }],
    checks: () => checksOf(options),
    findings: () => leaveAll(options, meetingId, attendees),
  };
}

/** The outage, with the marks that checks look for. A restart comes back by itself. */
function faultOf(
  name: string,
  { experiment, outage, downMs }: OutageOptions,
  meanwhile: () => Promise<void>,
): Fault {
  const between = async (first: string, act: () => Promise<unknown>, last: string) => {
    experiment.mark(first);
    await act();
    experiment.mark(last);
  };
  const damage = `${name} is away`;
  const undo = () => outage.up();
  const down = (last: string) => between(TAKING_AWAY, () => outage.down(), last);
  if (outage.isRestart) return { damage, undo, inject: { [`${name} is restarted`]: () => down(UP) } };
  return {
    damage,
    undo,
    inject: { [`${name} is stopped`]: () => down(DOWN) },
    during: { [`${name} stays away for ${downMs / 1000} s`]: meanwhile },
    heal: { [`${name} is started again`]: () => between(GIVING_BACK, () => outage.up(), UP) },
  };
}

function checksOf({ experiment, lost, outage }: OutageOptions): NamedCheck[] {
  const isWatched = !outage.isRestart && (lost === 'service' || lost.isNeeded);
  // A service without its database may keep its connections.
  const hasGaps = outageEffects(experiment.ledger.entries).lost > 0;
  return [
    ...(isWatched ? [healthIsTrue({ graceMs: HEALTH_GRACE_MS })] : []),
    rosterIsTrue(),
    noUserTwice(),
    acknowledgedIsDone(),
    ...(hasGaps ? [gapsAreFollowedByResync()] : []),
    reconnectStateIsFresh(),
    viewsAgree(),
  ];
}

function healthy(health: HealthWatch): Probe {
  return {
    name: 'the service reports that it is healthy',
    tolerance: 'ok',
    async ask() {
      const { status } = await health.ask();
      return { ok: status === 'ok', value: status };
    },
  };
}

/** Some participants with a hand up take it down, and some others raise theirs; all other hands stay as they were. */
async function moveHands(attendees: readonly RecordedParticipant[]): Promise<void> {
  await Promise.all(
    attendees.map((one, index) => {
      if (index % 4 === 2) return one.lowerHand();
      return index % 4 === 1 ? one.raiseHand() : undefined;
    }),
  );
}

/** Checks whether the outage had an effect: without one, there was no outage. */
function isReal(name: string, answers: readonly Answer[], experiment: ExperimentRecord): void {
  const { entries } = experiment.ledger;
  const failed = answers.filter(({ outcome }) => outcome !== 'ok').length;
  const unhealthy = entries.filter(isUnhealthy).length;
  const { lost } = outageEffects(entries);
  const message = `without ${name}: ${lost} connections were lost, ${failed} of ${answers.length} calls failed, ${unhealthy} answers of the health check were not ok`;
  experiment.find(proof('the fault was real', failed + unhealthy + lost > 0, message));
}

function isUnhealthy(entry: Entry): boolean {
  return entry.type === 'mark' && entry.name === HEALTH && (entry.value as HealthSeen).status !== 'ok';
}

/** All participants leave; judges whether some of them are still in the roster. */
async function leaveAll(
  { experiment, cohort }: OutageOptions,
  meetingId: string,
  attendees: readonly RecordedParticipant[],
): Promise<Finding[]> {
  const left = await experiment.act('all leave', () => Promise.all(attendees.map((one) => one.leave())));
  const { roster } = await cohort.serviceState(meetingId);
  const ids = new Set(attendees.map(({ userId }) => userId));
  const rows = roster?.filter(({ userId }) => ids.has(userId));
  experiment.fact('outage', outageLine(experiment.ledger.entries, rows?.length));
  const check = 'nothing is left behind';
  if (!rows) return [{ check, ...notApplicable(NO_ROSTER) }];
  const failed = left.filter(({ outcome }) => outcome !== 'ok').length;
  const found = finding(
    { count: attendees.length, one: 'participant left', many: 'participants left' },
    rows.map(({ userId }) => ({
      kind: 'participants left, but are still in the roster',
      subject: userId,
      message: `${userId} left, but is still in the roster`,
    })),
  );
  const message = failed === 0 ? found.message : `${found.message}; ${failed} calls to leave failed`;
  return [{ check, ...found, message }];
}
