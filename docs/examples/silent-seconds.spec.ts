import { connected, gapsAreFollowedByResync, proof, rosterIsTrue, serves, test, viewsAgree } from 'fullhouse';

test.describe('Does a meeting survive three silent seconds?', () => {
  test('10 users, nothing arrives for 3 s', async ({ experiment, link }) => {
    const { cohort } = experiment;
    const meetingId = await cohort.meeting();
    const path = await link.open('all users');
    const users = await cohort.arrive(meetingId, 10, { route: async () => path });
    await experiment.run({
      steady: [serves(cohort, meetingId), connected(users)],
      fault: {
        damage: 'nothing arrives',
        inject: { 'the path stalls': () => path.inflict({ kind: 'stalled', direction: 'both' }) },
        undo: () => path.heal(),
        during: {
          'a user raises the hand': async () => users[0]?.raiseHand(),
          'three seconds pass': () => experiment.settle(3000),
        },
        async prove() {
          const { up, down } = await path.stats();
          const held = up.heldBytes + down.heldBytes;
          return proof('the fault was real: bytes were held', held > 0, `${held} bytes held`);
        },
        heal: { healed: () => path.heal() },
      },
      recoverWithinMs: 15_000,
      compare: [{ meetingId, views: users }],
      checks: [viewsAgree(), rosterIsTrue(), gapsAreFollowedByResync()],
    });
  });
});
