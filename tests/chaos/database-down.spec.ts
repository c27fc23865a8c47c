import { test } from '../../fixtures/index.ts';
import { loadSettings } from '../../src/config/environment.ts';
import { outagePlan } from '../../src/experiments/outage.ts';

const { CHAOS_OUTAGE_DOWN, REDIS_STOP_CMD } = loadSettings();
const DOWN_MS = CHAOS_OUTAGE_DOWN * 1000;
const USERS = 20;

/** A service may work without its cache. Without its database it cannot work, and must report this. */
const dependencies = [
  { dependency: 'database', isNeeded: true } as const,
  ...(REDIS_STOP_CMD === undefined ? [] : [{ dependency: 'redis', isNeeded: false } as const]),
];

// A user who returns within the grace time is still a participant.
test.use({ chaosSettings: { pingMs: 1000, graceMs: 30_000 } });

test.describe('What is left of a meeting whose service loses what it depends on?', () => {
  for (const lost of dependencies) {
    test(`${USERS} users, the ${lost.dependency} is away for ${DOWN_MS / 1000} s`, async ({
      experiment,
      outages,
    }) => {
      const outage = await outages.of(lost.dependency);
      const { cohort } = experiment;
      await experiment.run(
        await outagePlan({ experiment, cohort, lost, outage, users: USERS, downMs: DOWN_MS }),
      );
    });
  }
});
