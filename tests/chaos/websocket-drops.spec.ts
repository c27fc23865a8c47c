import { test } from '../../fixtures/index.ts';
import {
  dropsAreNoticed,
  gapsAreFollowedByResync,
  noEventLost,
  noEventTwice,
  nothingTwiceApplied,
  noUserTwice,
  orderIsKept,
  rosterIsTrue,
  viewsAgree,
} from '../../src/checks/catalogue.ts';
import { type DropKind, noticedDrops } from '../../src/checks/drops.ts';
import { loadSettings } from '../../src/config/environment.ts';
import type { Experiment } from '../../src/experiments/experiment.ts';
import { connected, returned, serves } from '../../src/experiments/probes.ts';
import { type Breakable, dropConnection } from '../../src/faults/drop-connection.ts';
import { dropSchedule } from '../../src/faults/drop-schedule.ts';
import { systemClock } from '../../src/kernel/clock.ts';

const { CHAOS_CONNECTIONS: CONNECTIONS, CHAOS_DROPS: DROPS_EACH } = loadSettings();
const TALKERS = 10;
/** Added to each bound, because the machine may be busy. */
const SLACK_MS = 1000;
/** The time between two changes of a talker's hand: the contract allows 20 changes a minute. */
const TALK_EVERY_MS = 3500;
/** The time to return between the detection of a drop and the next drop of the connection. */
const CALM_MS: readonly [number, number] = [500, 2500];

// A user who returns within the grace time is still a participant.
test.use({ chaosSettings: { pingMs: 1000, graceMs: 30_000 } });

test.describe('What do users miss whose WebSocket drops?', () => {
  test(`${CONNECTIONS} connections, ${DROPS_EACH} drops each, of every kind`, async ({
    experiment,
    link,
    chaosService,
  }) => {
    const { cohort, seed } = experiment;
    const meetingId = await cohort.meeting(200);
    // For an attached service, the pings of the contract: every 25 s, with 20 s for the answer.
    const { pingMs, boundMs } = chaosService.detection ?? { pingMs: 25_000, boundMs: 45_000 };
    const bounds = {
      promptMs: 1000,
      silentMs: boundMs + SLACK_MS,
      halfOpenUpMs: boundMs + pingMs + SLACK_MS,
    };
    experiment.fact(
      'detection bound',
      `${boundMs / 1000} s (${chaosService.detection?.source ?? 'the contract’s'})`,
    );
    const talkers = await cohort.arrive(meetingId, TALKERS);
    const targets: Breakable[] = [];
    for (let number = 0; number < CONNECTIONS; number++) {
      const path = await link.open(`connection ${number}`);
      const [participant] = await cohort.arrive(meetingId, 1, { route: async () => path });
      targets.push({ participant: participant!, path });
    }
    const all = [...talkers, ...targets.map(({ participant }) => participant)];
    const talking = new AbortController();
    let talks: Promise<unknown> = Promise.resolve();
    await experiment.run({
      steady: [serves(cohort, meetingId), connected(all), returned(all)],
      before: {
        'some users begin to raise and lower hands': async () => {
          talks = Promise.all(talkers.map((one, index) => talk(one, index / TALKERS, talking.signal)));
        },
      },
      fault: {
        damage: 'connections drop',
        inject: {
          'connections are dropped at random': () => {
            const drops = dropSchedule({
              seed,
              connections: CONNECTIONS,
              dropsEach: DROPS_EACH,
              calmMs: CALM_MS,
            });
            return Promise.all(
              targets.map((target, number) =>
                dropEach(target, drops[number]!, experiment, bounds.halfOpenUpMs),
              ),
            );
          },
        },
        undo: () => {
          talking.abort();
          return Promise.all(targets.map(({ path }) => path.heal()));
        },
        heal: {
          'all hands rest': () => {
            talking.abort();
            return talks;
          },
        },
      },
      recoverWithinMs: 15_000,
      compare: [{ meetingId, views: all }],
      checks: [
        dropsAreNoticed(bounds),
        noEventTwice(),
        nothingTwiceApplied(),
        orderIsKept(),
        gapsAreFollowedByResync(),
        noEventLost({ graceMs: 500, observers: talkers.map(({ userId }) => userId) }),
        viewsAgree(),
        rosterIsTrue(),
        noUserTwice(),
      ],
      findings: () => {
        factPerKind(experiment);
        return [];
      },
    });
  });
});

async function pause(ms: number): Promise<void> {
  await systemClock.until(systemClock.now() + ms);
}

/** Drops one connection repeatedly, each time after it has returned. */
async function dropEach(
  target: Breakable,
  drops: ReturnType<typeof dropSchedule>[number],
  { ledger }: Experiment,
  silentMs: number,
): Promise<void> {
  for (const { afterMs, kind } of drops) {
    await pause(afterMs);
    await dropConnection(target, kind, ledger, silentMs + 1000);
    await untilBack(target, silentMs + 15_000);
  }
}

/** Raises and lowers the hand in turn until the signal aborts. */
async function talk(talker: Breakable['participant'], phase: number, signal: AbortSignal): Promise<void> {
  let isUp = false;
  let due = systemClock.now() + phase * TALK_EVERY_MS;
  while (!signal.aborted) {
    await systemClock.until(due, signal).catch(() => undefined);
    due += TALK_EVERY_MS;
    if (signal.aborted) return;
    const { outcome } = isUp ? await talker.lowerHand() : await talker.raiseHand();
    if (outcome === 'ok') isUp = !isUp;
  }
}

/** Waits until the drop was noticed and the participant is in the room again. The checks find a missed return. */
async function untilBack({ participant }: Breakable, withinMs: number): Promise<void> {
  const deadline = systemClock.now() + withinMs;
  while (participant.isBack && systemClock.now() < deadline) await pause(20);
  while (!participant.isBack && systemClock.now() < deadline) await pause(20);
}

/** Adds the detection times and reasons of each kind of drop to the facts. */
function factPerKind(experiment: Experiment): void {
  const found = new Map<DropKind, { detected: number[]; reasons: Set<string> }>();
  for (const { kind, detectedMs, reason = 'none' } of noticedDrops(experiment.ledger.entries)) {
    const own = found.get(kind) ?? { detected: [], reasons: new Set() };
    found.set(kind, own);
    own.detected.push(detectedMs ?? Number.NaN);
    own.reasons.add(reason);
  }
  for (const [kind, { detected, reasons }] of found)
    experiment.fact(
      `${kind} noticed after`,
      `${detected.map((afterMs) => `${Math.round(afterMs)} ms`).join(', ')} (${[...reasons].join(', ')})`,
    );
}
