import { test } from '../../fixtures/index.ts';
import { check } from '../../src/checks/catalogue.ts';
import type { Entry } from '../../src/checks/ledger.ts';
import { loadSettings } from '../../src/config/environment.ts';
import { allSeeEachOther, connected, serves } from '../../src/experiments/probes.ts';
import { watchPool } from '../../src/experiments/resources.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { currentAccess } from '../../src/run/access.ts';

const { CHAOS_JOIN_USERS: USERS } = loadSettings();
const SEATS = Math.max(2, Math.floor(USERS * 0.6));
/** In the room before the others come: they have to see each of them arrive, once. */
const OBSERVERS = 10;

test.describe('What happens when everybody joins at the same moment?', () => {
  test(`${USERS} users join at one barrier`, async ({
    laboratory: { experiment, people, meeting, conclude },
  }) => {
    const id = await meeting(USERS + OBSERVERS + 1);
    const observers = await people.open(id, OBSERVERS);
    const users = await people.open(id, USERS);
    await experiment.act(`${OBSERVERS} observers are there before`, () =>
      Promise.all(observers.map((one) => one.arrive())),
    );
    await experiment.steadyBefore([serves(people, id), connected(observers)], 5000);

    await experiment.act('everybody connects', () => Promise.all(users.map((user) => user.connect())));

    const everybody = [...observers, ...users];
    const pool = watchPool(people);
    const releasedAt = systemClock.now();
    const calmed = experiment.damaged('everybody joins at once');
    const outcomes = await experiment.act(`${USERS} users join, enter the room and look around at once`, () =>
      Promise.all(
        users.map(async (user) => {
          const joined = await user.join();
          if (joined === 'ok') await user.enter();
          if (joined === 'ok') await user.lookUp();
          return joined;
        }),
      ),
    );
    calmed();
    const succeeded = outcomes.filter((outcome) => outcome === 'ok').length;
    experiment.find(await pool.end(outcomes.filter((outcome) => /^http 5/.test(outcome)).length));
    experiment.fact('skew of the barrier, ms', skewOf(experiment.ledger.entries, users.length));
    const blind = await allSeeEachOther(everybody, USERS + OBSERVERS + people.hosts);
    experiment.fact(
      'time until all see all, ms',
      blind.length === 0 ? systemClock.now() - releasedAt : 'never',
    );
    await experiment.steadyAgain(5000);
    await experiment.settle(1000);

    for (const one of everybody) one.tellView();
    await people.serviceState(id);
    experiment.judge(
      check('roster is true'),
      check('nobody twice'),
      check('views agree'),
      check('no event twice'),
      check('no event lost', { graceMs: 500 }),
      check('order is kept'),
    );
    experiment.find({
      check: 'success rate of joins',
      verdict: succeeded / USERS >= 0.99 ? 'passed' : 'failed',
      says: `${succeeded} of ${USERS}, at least 99 % asked`,
      evidence: [],
    });
    await conclude();
  });

  test(`${USERS} users ask for ${SEATS} seats at once`, async ({
    laboratory: { experiment, people, meeting, conclude },
  }) => {
    const id = await meeting(SEATS);
    const users = await people.open(id, USERS);
    await experiment.steadyBefore([serves(people, id)], 5000);
    await experiment.act(`${USERS} joins at once`, () => Promise.all(users.map((user) => user.join())));
    await people.serviceState(id);
    // A host who takes part has one of the seats.
    experiment.judge(
      check('capacity is exact', { limit: SEATS }),
      check('roster is true'),
      check('nobody twice'),
    );
    await conclude();
  });

  test(`one of ${USERS} users asks too often`, async ({
    laboratory: { experiment, people, meeting, conclude },
  }) => {
    const id = await meeting(USERS + 1);
    const [eager, ...others] = await people.open(id, USERS);
    await experiment.steadyBefore([serves(people, id)], 5000);
    const { calls } = (await currentAccess()).contract.operations.get('meeting.join')!.allowance!;
    const times = calls + 10;
    await experiment.act(`one user joins ${times} times while everybody joins`, () =>
      Promise.all([
        ...Array.from({ length: times }, () => eager!.join()),
        ...others.map((user) => user.join()),
      ]),
    );
    // First: where all share one limit, nobody may be allowed to ask for the roster any more.
    experiment.judge(check('limit is per user', { who: eager!.userId }));
    await people.serviceState(id);
    experiment.judge(check('roster is true'), check('nobody twice'));
    await conclude();
  });
});

/** From the first to the last of the latest `count` joins that were sent, in ms. */
function skewOf(entries: readonly Entry[], count: number): number {
  const sent = entries.filter((entry) => entry.type === 'invoke' && entry.op === 'join').slice(-count);
  return sent.at(-1)!.at - sent[0]!.at;
}
