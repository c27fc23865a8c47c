import { test } from '../../fixtures/index.ts';
import {
  ghostsAreRemoved,
  noEventLost,
  noEventTwice,
  noUserTwice,
  orderIsKept,
  rosterIsTrue,
  viewsAgree,
} from '../../src/checks/catalogue.ts';
import { ghostLifetimes } from '../../src/checks/ghosts.ts';
import { loadSettings } from '../../src/config/environment.ts';
import { connected, ghostsAnnounced, onlyThese, serves } from '../../src/experiments/probes.ts';
import { baseline, returnsToBaseline } from '../../src/experiments/resources.ts';
import type { RecordedParticipant } from '../../src/participants/recorded-participant.ts';

const { CHAOS_CYCLES } = loadSettings();
/** The contract allows a user 20 joins in 5 minutes, so the cycles are divided among several users. */
const CYCLES_PER_USER = 10;
const CYCLES = Math.ceil(CHAOS_CYCLES / CYCLES_PER_USER) * CYCLES_PER_USER;
const OBSERVERS = 3;

/** Joins and leaves without a pause. */
async function cycles(user: RecordedParticipant, times: number): Promise<void> {
  for (let cycle = 0; cycle < times; cycle++) {
    await user.join();
    await user.leave();
  }
}

test.describe('What is left of users who come and go quickly?', () => {
  for (const atATime of [1, 10]) {
    test(`${CYCLES * atATime} cycles of join and leave, ${atATime} at a time`, async ({ experiment }) => {
      const { cohort } = experiment;
      const meetingId = await cohort.meeting(200);
      const observers = await cohort.arrive(meetingId, OBSERVERS);
      const users = await cohort.open(meetingId, (CYCLES * atATime) / CYCLES_PER_USER);
      const before = await baseline(cohort);
      await experiment.run({
        steady: [
          serves(cohort, meetingId),
          connected(observers),
          onlyThese(cohort, meetingId, OBSERVERS + cohort.hosts),
        ],
        fault: {
          damage: 'rapid joins and leaves',
          inject: {
            [`${CYCLES} rapid cycles, ${atATime} at a time`]: async () => {
              for (let first = 0; first < users.length; first += atATime) {
                const some = users.slice(first, first + atATime);
                await Promise.all(some.map((user) => cycles(user, CYCLES_PER_USER)));
              }
            },
          },
        },
        recoverWithinMs: 5000,
        compare: [{ meetingId, views: observers }],
        checks: [
          rosterIsTrue(),
          noUserTwice(),
          noEventTwice(),
          noEventLost({ graceMs: 500 }),
          orderIsKept(),
          viewsAgree(),
        ],
        findings: async () => [await returnsToBaseline(cohort, before, 10_000), experiment.successRate(98)],
      });
    });
  }

  test('20 people join three times at once, and once more after a while', async ({ experiment }) => {
    const { cohort } = experiment;
    const meetingId = await cohort.meeting(200);
    const observers = await cohort.arrive(meetingId, OBSERVERS);
    const users = await cohort.open(meetingId, 20);
    await experiment.run({
      steady: [serves(cohort, meetingId), connected(observers)],
      fault: {
        damage: 'the same users join again and again',
        inject: {
          'each joins three times at once': () =>
            Promise.all(users.flatMap((user) => [user.join(), user.join(), user.join()])),
          'each joins again and reconnects at once': () =>
            Promise.all(users.flatMap((user) => [user.join(), user.reconnect()])),
        },
      },
      recoverWithinMs: 5000,
      settleMs: 500,
      compare: [{ meetingId, views: observers }],
      checks: [noUserTwice(), rosterIsTrue(), viewsAgree(), noEventTwice()],
      findings: () => [experiment.successRate(98)],
    });
  });

  test('20 people vanish without leaving', async ({ experiment, chaosService }) => {
    const { cohort } = experiment;
    const meetingId = await cohort.meeting(200);
    const observers = await cohort.arrive(meetingId, OBSERVERS);
    const vanishing = await cohort.open(meetingId, 20);
    const before = await baseline(cohort);
    // For an attached service, only the bound of the contract is known. The grace time of the service is added.
    const { boundMs, graceMs } = chaosService.detection ?? { boundMs: 45_000, graceMs: 30_000 };
    const withinMs = boundMs + graceMs + 1500;
    await experiment.run({
      steady: [
        serves(cohort, meetingId),
        connected(observers),
        onlyThese(cohort, meetingId, OBSERVERS + cohort.hosts),
      ],
      before: { '20 users arrive': () => Promise.all(vanishing.map((one) => one.arrive())) },
      fault: {
        damage: 'users who vanished are still in the roster',
        inject: { 'they vanish': () => Promise.all(vanishing.map((one) => one.vanish())) },
        lastsUntilSteady: true,
      },
      recoverWithinMs: withinMs,
      afterwards: {
        'the room hears of them': () => ghostsAnnounced(experiment, cohort, meetingId, withinMs),
      },
      settleMs: 500,
      compare: [{ meetingId, views: observers }],
      checks: [ghostsAreRemoved({ withinMs }), rosterIsTrue(), noUserTwice(), noEventTwice(), viewsAgree()],
      async findings() {
        const lifetimes = ghostLifetimes(experiment.ledger.entries).flatMap(({ ms }) => ms ?? []);
        if (lifetimes.length > 0)
          experiment.fact('longest life of a ghost', Math.max(...lifetimes), { unit: 'ms' });
        return [await returnsToBaseline(cohort, before, 10_000)];
      },
    });
  });
});
