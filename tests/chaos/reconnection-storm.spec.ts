import { test } from '../../fixtures/index.ts';
import {
  delaysFitPolicy,
  gapsAreFollowedByResync,
  noEventTwice,
  noUserTwice,
  orderIsKept,
  reconnectStateIsFresh,
  rosterIsTrue,
  viewsAgree,
} from '../../src/checks/catalogue.ts';
import { proof } from '../../src/checks/check.ts';
import { attemptsOf, recoveryTimes } from '../../src/checks/recovery.ts';
import { loadSettings } from '../../src/config/environment.ts';
import { ControlCohort } from '../../src/experiments/control-cohort.ts';
import type { Experiment } from '../../src/experiments/experiment.ts';
import { connected, returned, serves } from '../../src/experiments/probes.ts';
import { contractPolicy, socketIoDefaults } from '../../src/meetings/reconnect-policy.ts';

const { CHAOS_STORM_USERS: USERS, CHAOS_STORM_DOWN } = loadSettings();
const CONTROLS = 5;
const DOWN_MS = CHAOS_STORM_DOWN * 1000;

// A user who returns within the grace time is still a participant.
test.use({ chaosSettings: { pingMs: 1000, graceMs: 30_000 } });

test.describe('Do all users find back after all were cut off at the same moment?', () => {
  for (const policy of [socketIoDefaults, contractPolicy]) {
    const whose = policy.kind === 'socket.io' ? 'Socket.IO’s backoff' : 'the contract’s backoff';
    test(`${USERS} users with ${whose}, cut and held down for ${DOWN_MS / 1000} s`, async ({
      experiment,
      link,
    }) => {
      const { cohort, clock } = experiment;
      const meetingId = await cohort.meeting(200);
      const path = await link.open('storm');
      const controls = await cohort.arrive(meetingId, CONTROLS);
      const users = await cohort.arrive(meetingId, USERS, { route: async () => path, policy });
      let control: ControlCohort | undefined;
      let refusal: Awaited<ReturnType<typeof path.inflict>> | undefined;
      await experiment.run({
        steady: [serves(cohort, meetingId), connected([...controls, ...users]), returned(users)],
        before: {
          'the control cohort reads the meeting': async () => {
            // The first control leaves during the fault.
            control = new ControlCohort(controls.slice(1), clock);
            experiment.atEnd('the control cohort leaves', () => control!.end());
            await experiment.settle(2500);
            control.damage();
          },
        },
        fault: {
          damage: 'cut off',
          inject: {
            'new connections are refused': async () => {
              refusal = await path.inflict({ kind: 'refusing' }, { ttlMs: 60_000 });
            },
            'all connections are reset': async () => experiment.fact('connections cut', await path.reset()),
          },
          undo: () => path.heal(),
          during: {
            'the meeting goes on without them': async () => {
              for (const one of controls) await one.raiseHand();
              await cohort.arrive(meetingId, 1);
              await controls[0]!.leave();
            },
            'the connections stay down': () => experiment.settle(DOWN_MS),
          },
          heal: { healed: () => refusal!.heal() },
        },
        // Socket.IO returns at most 5 s after the heal, and the client of the contract at its next due attempt.
        recoverWithinMs: 15_000,
        afterwards: { 'one more change': () => controls[1]!.lowerHand() },
        settleMs: 500,
        whenSettled: {
          'all users ask for the state once more': () => Promise.all(users.map((user) => user.reconnect())),
          'the control cohort ends': async () => experiment.find(await control!.end()),
        },
        compare: [{ meetingId, views: users }],
        checks: () => [
          delaysFitPolicy({ policy, lateMs: experiment.timersLateMs() }),
          gapsAreFollowedByResync(),
          reconnectStateIsFresh(),
          viewsAgree(),
          rosterIsTrue(),
          noUserTwice(),
          noEventTwice(),
          orderIsKept(),
        ],
        findings: () => [returnOfAll(experiment)],
      });
    });
  }
});

/** Proves that all users had to reconnect, and adds the times and attempts to the facts. */
function returnOfAll(experiment: Experiment) {
  const { entries } = experiment.ledger;
  const times = recoveryTimes(entries);
  const back = (part: number) => Math.round(times[Math.ceil(times.length * part) - 1] ?? Number.NaN);
  experiment.fact('back after the heal', `half ${back(0.5)} ms, 90% ${back(0.9)} ms, all ${back(1)} ms`);
  const { peakPer100Ms, perClient } = attemptsOf(entries);
  experiment.fact('peak of attempts per 100 ms', peakPer100Ms);
  experiment.fact(
    'attempts per client',
    `${perClient.least} to ${perClient.most}, mean ${perClient.mean.toFixed(1)}`,
  );
  const cut = String(experiment.factOf('connections cut'));
  const message = `${cut} connections were reset, ${times.length} of ${USERS} users had to come back`;
  return proof('the fault was real', times.length === USERS, message);
}
