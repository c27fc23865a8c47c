import { check, type NamedCheck } from '../checks/catalogue.ts';
import { type Finding, finding, notApplicable } from '../checks/check.ts';
import { NO_ROSTER } from '../checks/membership.ts';
import { DOWN, GIVING_BACK, HEALTH, outageEffects, outageLine, TAKING_AWAY, UP } from '../checks/outage.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Witness } from '../participants/witness.ts';
import type { Experiment, Probe } from './experiment.ts';
import { HealthWatch } from './health-watch.ts';
import type { People } from './people.ts';
import { connected, returned, serves } from './probes.ts';

/** Something that can be taken away from participants, and given back. */
export interface Outage {
  /** Where participants reach the service that it happens to. */
  readonly url: string;
  /** How it is done. */
  readonly by: string;
  /** It comes back by itself: nobody decides for how long it stays away. */
  readonly isRestart: boolean;
  /** Resolves when it is gone; of a restart, when it is back. */
  down(): Promise<unknown>;
  /** Of no effect where it is there. */
  up(): Promise<unknown>;
}

/** What the outage is of. `needed`: the service cannot work without it, so its health check must not say ok meanwhile. */
export type Lost = 'service' | { readonly dependency: string; readonly isNeeded: boolean };

export interface OutageOptions {
  readonly experiment: Experiment;
  readonly people: People;
  readonly meetingId: string;
  readonly clock: Clock;
  readonly lost: Lost;
  readonly outage: Outage;
  readonly users: number;
  readonly downMs: number;
}

/** Participants who ask for something meanwhile. */
const CALLERS = 3;
/** Socket.IO's clients try again every 5 s at the latest; a service may need a while to find its database again. */
const BACK_WITHIN_MS = 60_000;
/** Events and calls that were under way before it is taken away, or after it was given back. */
const SETTLE_MS = 1500;
/** A health check may keep its last answer for so long. */
const HEALTH_GRACE_MS = 2000;

/**
 * A meeting lives through an outage: participants with hands up, something is away for a while, and comes back. Then
 * everybody is there once, what was acknowledged is done, and all views agree.
 */
export async function liveThrough(options: OutageOptions): Promise<void> {
  const { experiment, people, meetingId, clock, lost, outage, users, downMs } = options;
  const name = lost === 'service' ? 'the service' : `the ${lost.dependency}`;
  const { ledger } = experiment;
  const mark = (of: string) => ledger.add({ who: 'experiment', type: 'mark', name: of });
  experiment.fact('how', outage.by);
  const attendees = await people.open(meetingId, users, { url: outage.url });
  await Promise.all(attendees.map((one) => one.arrive()));
  const health = await HealthWatch.start(outage.url, people.contract, ledger, clock);
  try {
    const probes = [healthy(health), serves(people, meetingId), connected(attendees), returned(attendees)];
    await experiment.steadyBefore(probes, 10_000);
    await experiment.act('every second participant raises a hand', () =>
      Promise.all(attendees.filter((_, index) => index % 2 === 0).map((one) => one.raiseHand())),
    );
    await experiment.settle(SETTLE_MS);

    mark(TAKING_AWAY);
    const restored = experiment.damaged(`${name} is away`);
    await experiment.act(
      `${name} is ${outage.isRestart ? 'restarted' : 'stopped'}`,
      () => outage.down(),
      () => outage.up(),
    );
    mark(outage.isRestart ? UP : DOWN);
    const calls = outage.isRestart ? [] : attendees.slice(0, CALLERS).map((one) => one.lowerHand());
    if (!outage.isRestart) {
      await experiment.act(`${name} stays away for ${downMs / 1000} s`, () =>
        clock.until(clock.now() + downMs),
      );
      mark(GIVING_BACK);
      await experiment.act(`${name} is started again`, () => outage.up());
      mark(UP);
    }
    restored();

    experiment.fact('recovery time, ms', await experiment.steadyAgain(BACK_WITHIN_MS));
    const outcomes = await Promise.all(calls);
    await experiment.act('some hands are raised and lowered again', () => moveHands(attendees));
    await experiment.settle(SETTLE_MS);
    await experiment.act('everybody asks for the state once more', () =>
      Promise.all(attendees.map((one) => one.reconnect())),
    );
    for (const one of attendees) one.tellView();
    await people.serviceState(meetingId);
    experiment.find(isReal(name, outcomes, experiment));
    experiment.judge(...checksOf(options));

    const rowsLeft = await leaveAll(options, attendees);
    experiment.fact('outage', outageLine(ledger.entries, rowsLeft));
  } finally {
    await health.end();
  }
}

function checksOf({ experiment, lost, outage }: OutageOptions): NamedCheck[] {
  const isWatched = !outage.isRestart && (lost === 'service' || lost.isNeeded);
  // A service whose database is away may well keep its connections.
  const hasGaps = outageEffects(experiment.ledger.entries).lost > 0;
  return [
    ...(isWatched ? [check('health is true', { graceMs: HEALTH_GRACE_MS })] : []),
    check('roster is true'),
    check('nobody twice'),
    check('acknowledged is done'),
    ...(hasGaps ? [check('gaps are followed by resync')] : []),
    check('reconnect state is fresh'),
    check('views agree'),
  ];
}

function healthy(health: HealthWatch): Probe {
  return {
    name: 'the service says that it is healthy',
    tolerance: 'ok',
    async ask() {
      const { said } = await health.ask();
      return { ok: said === 'ok', value: said };
    },
  };
}

/** Some of those with a hand up take it down, and some raise theirs; the others' hands are as they were before. */
async function moveHands(attendees: readonly Witness[]): Promise<void> {
  await Promise.all(
    attendees.map((one, index) => {
      if (index % 4 === 2) return one.lowerHand();
      return index % 4 === 1 ? one.raiseHand() : undefined;
    }),
  );
}

/** An outage that nobody noticed was none: then nothing is proven. */
function isReal(name: string, outcomes: readonly string[], { ledger }: Experiment): Finding {
  const failed = outcomes.filter((outcome) => outcome !== 'ok').length;
  const unwell = ledger.entries.filter(isUnwell).length;
  const { lost } = outageEffects(ledger.entries);
  return {
    check: 'the fault was real',
    verdict: failed + unwell + lost > 0 ? 'passed' : 'unknown',
    says: `without ${name}: ${lost} connections were lost, ${failed} of ${outcomes.length} calls failed, ${unwell} answers of the health check were not ok`,
    evidence: [],
  };
}

function isUnwell(entry: Experiment['ledger']['entries'][number]): boolean {
  return (
    entry.type === 'mark' &&
    entry.name === HEALTH &&
    (entry.value as { said?: string } | undefined)?.said !== 'ok'
  );
}

/** Everybody leaves; how many of them are in the roster all the same. */
async function leaveAll(
  { experiment, people, meetingId }: OutageOptions,
  attendees: readonly Witness[],
): Promise<number | undefined> {
  const left = await experiment.act('everybody leaves', () =>
    Promise.all(attendees.map((one) => one.leave())),
  );
  const { roster } = await people.serviceState(meetingId);
  const title = 'nothing is left behind';
  if (!roster) {
    experiment.find(notApplicable(title, NO_ROSTER));
    return undefined;
  }
  const ids = new Set(attendees.map(({ userId }) => userId));
  const rows = roster.filter(({ userId }) => ids.has(userId));
  const failed = left.filter((outcome) => outcome !== 'ok').length;
  const found = finding(
    title,
    { count: attendees.length, at: 'participants left', one: 'participant left' },
    rows.map(({ userId }) => ({
      what: 'participants have left, and are in the roster',
      who: userId,
      says: `${userId} has left, and is in the roster`,
    })),
  );
  experiment.find(
    failed === 0 ? found : { ...found, says: `${found.says}; ${failed} calls to leave failed` },
  );
  return rows.length;
}
