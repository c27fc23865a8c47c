import { test } from '../../fixtures/index.ts';
import { check } from '../../src/checks/catalogue.ts';
import { attemptsOf, recoveryTimes } from '../../src/checks/recovery.ts';
import { loadSettings } from '../../src/config/environment.ts';
import { ControlCohort } from '../../src/experiments/control-cohort.ts';
import { connected, returned, serves } from '../../src/experiments/probes.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { contractPolicy, socketIoDefaults } from '../../src/meetings/reconnect-policy.ts';

const { CHAOS_STORM_USERS: USERS, CHAOS_STORM_DOWN } = loadSettings();
const CONTROLS = 5;
const DOWN_MS = CHAOS_STORM_DOWN * 1000;

// A user who comes back within this time is still a participant.
test.use({ chaosSettings: { pingMs: 1000, graceMs: 30_000 } });

test.describe('Does everybody find back after all were cut off at the same moment?', () => {
  for (const policy of [socketIoDefaults, contractPolicy]) {
    const whose = policy.kind === 'socket.io' ? 'Socket.IO’s backoff' : 'the contract’s backoff';
    test(`${USERS} users with ${whose}, cut and held down for ${DOWN_MS / 1000} s`, async ({
      laboratory,
      link,
    }) => {
      const { experiment, people, meeting, conclude } = laboratory;
      const id = await meeting(200);
      const path = await link.open('storm');
      const controls = await people.open(id, CONTROLS);
      const users = await people.open(id, USERS, { route: async () => path, policy });
      await Promise.all([...controls, ...users].map((user) => user.arrive()));
      await experiment.steadyBefore(
        [serves(people, id), connected([...controls, ...users]), returned(users)],
        5000,
      );
      // The first one leaves meanwhile.
      const cohort = new ControlCohort(controls.slice(1), systemClock);
      await experiment.settle(2500);

      cohort.damage();
      const restored = experiment.damaged('cut off');
      const refusal = await experiment.act(
        'new connections are refused',
        () => path.refuse({ ttlMs: 60_000 }),
        () => path.heal(),
      );
      const cut = await experiment.act('all connections are reset', () => path.reset());
      experiment.fact('connections cut', cut);
      await experiment.act('the meeting goes on without them', async () => {
        for (const control of controls) await control.raiseHand();
        const [latecomer] = await people.open(id, 1);
        await latecomer!.arrive();
        await controls[0]!.leave();
      });
      await experiment.settle(DOWN_MS);
      await experiment.act('healed', () => refusal.heal());
      restored();

      // Socket.IO is back 5 s after the heal at the latest, the contract's client when its next attempt is due.
      experiment.fact('recovery time, ms', await experiment.steadyAgain(15_000));
      await experiment.act('one more change', () => controls[1]!.lowerHand());
      await experiment.settle(500);
      await experiment.act('everybody asks for the state once more', () =>
        Promise.all(users.map((user) => user.reconnect())),
      );
      experiment.find(await cohort.end());
      for (const user of users) user.tellView();
      await people.serviceState(id);

      const times = recoveryTimes(experiment.ledger.entries);
      const back = (share: number) => Math.round(times[Math.ceil(times.length * share) - 1] ?? Number.NaN);
      experiment.fact('back after the heal, ms', `half ${back(0.5)}, 90 % ${back(0.9)}, all ${back(1)}`);
      const { peakPer100Ms, perClient } = attemptsOf(experiment.ledger.entries);
      experiment.fact('peak of attempts per 100 ms', peakPer100Ms);
      experiment.fact(
        'attempts per client',
        `${perClient.least} to ${perClient.most}, mean ${perClient.mean.toFixed(1)}`,
      );
      experiment.find({
        check: 'the fault was real',
        verdict: times.length === USERS ? 'passed' : 'unknown',
        says: `${cut} connections were reset, ${times.length} of ${USERS} users had to come back`,
        evidence: [],
      });
      experiment.judge(
        check('delays fit policy', { policy, lateMs: laboratory.timersLateMs() }),
        check('gaps are followed by resync'),
        check('reconnect state is fresh'),
        check('views agree'),
        check('roster is true'),
        check('nobody twice'),
        check('no event twice'),
        check('order is kept'),
      );
      await conclude();
    });
  }
});
