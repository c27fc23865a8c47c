import { test } from '../../fixtures/index.ts';
import { check } from '../../src/checks/catalogue.ts';
import { ghostLifetimes } from '../../src/checks/ghosts.ts';
import { loadSettings } from '../../src/config/environment.ts';
import { connected, ghostsAnnounced, nobodyLeft, serves } from '../../src/experiments/probes.ts';
import { baseline, returnsToBaseline } from '../../src/experiments/resources.ts';
import type { Witness } from '../../src/participants/witness.ts';

const { CHAOS_CYCLES } = loadSettings();
/** The contract lets a user join 20 times in 5 minutes: cycles are shared out among users, who come back again and again. */
const CYCLES_PER_USER = 10;
const CYCLES = Math.ceil(CHAOS_CYCLES / CYCLES_PER_USER) * CYCLES_PER_USER;
const OBSERVERS = 3;

/** Joins and leaves, as fast as the answers come. */
async function cycles(user: Witness, times: number): Promise<void> {
  for (let cycle = 0; cycle < times; cycle++) {
    await user.join();
    await user.leave();
  }
}

test.describe('What is left of people who come and go quickly?', () => {
  for (const atATime of [1, 10]) {
    test(`${CYCLES * atATime} cycles of join and leave, ${atATime} at a time`, async ({ laboratory }) => {
      const { experiment, people, meeting, conclude } = laboratory;
      const id = await meeting(200);
      const observers = await people.open(id, OBSERVERS);
      await Promise.all(observers.map((observer) => observer.arrive()));
      await experiment.steadyBefore(
        [serves(people, id), connected(observers), nobodyLeft(people, id, OBSERVERS + people.hosts)],
        5000,
      );
      const before = await baseline(people);

      const users = await people.open(id, (CYCLES * atATime) / CYCLES_PER_USER);
      const calmed = experiment.damaged('rapid joins and leaves');
      await experiment.act(`${CYCLES} rapid cycles, ${atATime} at a time`, async () => {
        for (let first = 0; first < users.length; first += atATime) {
          await Promise.all(users.slice(first, first + atATime).map((user) => cycles(user, CYCLES_PER_USER)));
        }
      });
      calmed();

      experiment.fact('recovery time, ms', await experiment.steadyAgain(5000));
      await experiment.settle(1000);
      for (const observer of observers) observer.tellView();
      await people.serviceState(id);
      experiment.find(await returnsToBaseline(people, before, 10_000));
      experiment.find(laboratory.successRate(98));
      experiment.judge(
        check('roster is true'),
        check('nobody twice'),
        check('no event twice'),
        check('no event lost', { graceMs: 500 }),
        check('order is kept'),
        check('views agree'),
      );
      await conclude();
    });
  }

  test('20 people join three times at once, and once more after a while', async ({ laboratory }) => {
    const { experiment, people, meeting, conclude } = laboratory;
    const id = await meeting(200);
    const observers = await people.open(id, OBSERVERS);
    await Promise.all(observers.map((observer) => observer.arrive()));
    await experiment.steadyBefore([serves(people, id), connected(observers)], 5000);
    const users = await people.open(id, 20);
    const calmed = experiment.damaged('the same people join again and again');
    await experiment.act('each joins three times at once', () =>
      Promise.all(users.flatMap((user) => [user.join(), user.join(), user.join()])),
    );
    await experiment.act('each joins again and reconnects at once', () =>
      Promise.all(users.flatMap((user) => [user.join(), user.reconnect()])),
    );
    calmed();
    experiment.fact('recovery time, ms', await experiment.steadyAgain(5000));
    await experiment.settle(500);
    for (const one of observers) one.tellView();
    await people.serviceState(id);
    experiment.find(laboratory.successRate(98));
    experiment.judge(
      check('nobody twice'),
      check('roster is true'),
      check('views agree'),
      check('no event twice'),
    );
    await conclude();
  });

  test('20 people vanish without leaving', async ({ laboratory, chaosService }) => {
    const { experiment, people, meeting, conclude } = laboratory;
    const id = await meeting(200);
    const observers = await people.open(id, OBSERVERS);
    await Promise.all(observers.map((observer) => observer.arrive()));
    await experiment.steadyBefore(
      [serves(people, id), connected(observers), nobodyLeft(people, id, OBSERVERS + people.hosts)],
      5000,
    );
    const before = await baseline(people);

    const vanishing = await people.open(id, 20);
    await experiment.act('20 people arrive', () => Promise.all(vanishing.map((one) => one.arrive())));
    const removed = experiment.damaged('people who vanished are still in the roster');
    await experiment.act('they vanish', () => Promise.all(vanishing.map((one) => one.vanish())));
    // Of an attached service only the contract's bound is known; what it grants on top is for it to say.
    const { boundMs, graceMs } = chaosService.detection ?? { boundMs: 45_000, graceMs: 30_000 };
    const withinMs = boundMs + graceMs + 1500;
    experiment.fact('recovery time, ms', await experiment.steadyAgain(withinMs));
    removed();
    await ghostsAnnounced(experiment, people, id, withinMs);
    await experiment.settle(500);

    const lifetimes = ghostLifetimes(experiment.ledger.entries).flatMap(({ ms }) => ms ?? []);
    if (lifetimes.length > 0) experiment.fact('longest life of a ghost, ms', Math.max(...lifetimes));
    for (const observer of observers) observer.tellView();
    await people.serviceState(id);
    experiment.find(await returnsToBaseline(people, before, 10_000));
    experiment.judge(
      check('ghosts are removed', { withinMs }),
      check('roster is true'),
      check('nobody twice'),
      check('no event twice'),
      check('views agree'),
    );
    await conclude();
  });
});
