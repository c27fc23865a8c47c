import { test } from '../../fixtures/index.ts';
import {
  capacityIsExact,
  limitIsPerUser,
  noEventLost,
  noEventTwice,
  noUserTwice,
  orderIsKept,
  rosterIsTrue,
  viewsAgree,
} from '../../src/checks/catalogue.ts';
import { foundInTime } from '../../src/checks/check.ts';
import type { Entry } from '../../src/checks/ledger.ts';
import { loadSettings } from '../../src/config/environment.ts';
import { allSeeEachOther, connected, serves } from '../../src/experiments/probes.ts';
import { watchPool } from '../../src/experiments/resources.ts';
import type { RecordedParticipant } from '../../src/participants/recorded-participant.ts';

const { CHAOS_JOIN_USERS: USERS } = loadSettings();
const SEATS = Math.max(2, Math.floor(USERS * 0.6));
/** Participants who are in the room before the others: they must see each arrival once. */
const OBSERVERS = 10;

/** Joins, enters the room and reads the meeting; returns the outcome of the join. */
async function joinAndLookAround(user: RecordedParticipant): Promise<string> {
  const { outcome } = await user.join();
  if (outcome === 'ok') await user.enterRoom();
  if (outcome === 'ok') await user.getMeeting();
  return outcome;
}

test.describe('What happens when all users join at the same moment?', () => {
  test(`${USERS} users join at one barrier`, async ({ experiment }) => {
    const { cohort, clock } = experiment;
    const meetingId = await cohort.meeting(USERS + OBSERVERS + 1);
    const observers = await cohort.arrive(meetingId, OBSERVERS);
    const users = await cohort.open(meetingId, USERS);
    const all = [...observers, ...users];
    let pool: ReturnType<typeof watchPool> | undefined;
    let outcomes: string[] = [];
    await experiment.run({
      steady: [serves(cohort, meetingId), connected(observers)],
      before: {
        'all users connect': () => Promise.all(users.map((user) => user.connect())),
        'the database pool is watched': async () => {
          pool = watchPool(experiment, cohort);
        },
      },
      fault: {
        damage: 'all users join at once',
        inject: {
          [`${USERS} users join, enter the room and look around at once`]: async () => {
            const releasedAt = clock.now();
            outcomes = await Promise.all(users.map(joinAndLookAround));
            experiment.fact('start skew', skewOf(experiment.ledger.entries, USERS), { unit: 'ms' });
            const blind = await allSeeEachOther(all, USERS + OBSERVERS + cohort.hosts);
            const seenAfterMs = blind.length === 0 ? clock.now() - releasedAt : null;
            experiment.fact('time until all see all', seenAfterMs, { unit: 'ms', ifAbsent: 'never' });
          },
        },
      },
      recoverWithinMs: 5000,
      compare: [{ meetingId, views: all }],
      checks: [
        rosterIsTrue(),
        noUserTwice(),
        viewsAgree(),
        noEventTwice(),
        noEventLost({ graceMs: 500 }),
        orderIsKept(),
      ],
      async findings() {
        const failures = outcomes.filter((outcome) => outcome.startsWith('http 5')).length;
        return [await pool!.end(failures), successOfJoins(outcomes)];
      },
    });
  });

  test(`${USERS} users ask for ${SEATS} seats at once`, async ({ experiment }) => {
    const { cohort } = experiment;
    const meetingId = await cohort.meeting(SEATS);
    const users = await cohort.open(meetingId, USERS);
    await experiment.run({
      steady: [serves(cohort, meetingId)],
      fault: {
        damage: 'more users join than there are seats',
        inject: { [`${USERS} joins at once`]: () => Promise.all(users.map((user) => user.join())) },
      },
      recoverWithinMs: 5000,
      settleMs: 0,
      compare: [{ meetingId }],
      // A host who takes part uses one of the seats.
      checks: [capacityIsExact({ limit: SEATS }), rosterIsTrue(), noUserTwice()],
    });
  });

  test(`one of ${USERS} users asks too often`, async ({ experiment }) => {
    const { cohort } = experiment;
    const meetingId = await cohort.meeting(USERS + 1);
    const [eager, ...others] = await cohort.open(meetingId, USERS);
    const times = cohort.contract.operations.get('meeting.join')!.allowance!.calls + 10;
    await experiment.run({
      steady: [serves(cohort, meetingId)],
      fault: {
        damage: 'one user asks too often',
        inject: {
          [`one user joins ${times} times while all join`]: () =>
            Promise.all([
              ...Array.from({ length: times }, () => eager!.join()),
              ...others.map((user) => user.join()),
            ]),
        },
      },
      recoverWithinMs: 5000,
      settleMs: 0,
      compare: [{ meetingId }],
      checks: [limitIsPerUser({ who: eager!.userId }), rosterIsTrue(), noUserTwice()],
    });
  });
});

function successOfJoins(outcomes: readonly string[]) {
  const succeeded = outcomes.filter((outcome) => outcome === 'ok').length;
  const message = `${succeeded} of ${USERS}, at least 99% requested`;
  return foundInTime('success rate of joins', succeeded / USERS >= 0.99, message);
}

/** The time from the first to the last of the latest `count` sent joins, in ms. */
function skewOf(entries: readonly Entry[], count: number): number {
  const sent = entries
    .filter((entry) => entry.type === 'invoke' && entry.op === 'meeting.join')
    .slice(-count);
  return sent.at(-1)!.at - sent[0]!.at;
}
