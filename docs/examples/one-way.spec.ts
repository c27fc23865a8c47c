import { connected, proof, rosterIsTrue, serves, test, viewsAgree } from 'fullhouse';
import { oneWay } from './one-way.ts';

test.describe('Does a meeting survive a line that works in one direction only?', () => {
  test('10 users, nothing comes back to 5 of them for 3 s', async ({ experiment, link }) => {
    // A service without these has no such experiment.
    experiment.needs('sockets', 'hands');
    const { cohort } = experiment;
    const meetingId = await cohort.meeting();
    const others = await cohort.arrive(meetingId, 5);
    const path = await link.open('the damaged line');
    const damaged = await cohort.arrive(meetingId, 5, { route: async () => path });
    const users = [...others, ...damaged];
    await experiment.run({
      steady: [serves(cohort, meetingId), connected(users)],
      fault: {
        damage: 'nothing comes back',
        inject: { 'the line works in one direction': () => path.inflict(oneWay()) },
        undo: () => path.heal(),
        during: {
          'a user on another line raises the hand': async () => others[0]?.raiseHand(),
          'three seconds pass': () => experiment.settle(3000),
        },
        async prove() {
          const { down } = await path.stats();
          return proof(
            'the fault was real: bytes were held',
            down.heldBytes > 0,
            `${down.heldBytes} bytes held`,
          );
        },
        heal: { healed: () => path.heal() },
      },
      recoverWithinMs: 15_000,
      compare: [{ meetingId, views: users }],
      checks: [viewsAgree(), rosterIsTrue()],
    });
  });
});
