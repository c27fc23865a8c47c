import { test } from '../../fixtures/index.ts';
import { loadSettings } from '../../src/config/environment.ts';
import { outagePlan } from '../../src/experiments/outage.ts';

const DOWN_MS = loadSettings().CHAOS_OUTAGE_DOWN * 1000;
const USERS = 20;

// A user who returns within the grace time is still a participant.
test.use({ chaosSettings: { pingMs: 1000, graceMs: 30_000 } });

test.describe('What is left of a meeting whose service is killed and started again?', () => {
  test(`${USERS} users, the service is away for ${DOWN_MS / 1000} s`, async ({ experiment, outages }) => {
    const outage = await outages.of('service');
    const { cohort } = experiment;
    await experiment.run(
      await outagePlan({ experiment, cohort, lost: 'service', outage, users: USERS, downMs: DOWN_MS }),
    );
  });
});
