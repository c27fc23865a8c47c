import { currentRun, loadSettings } from '../../src/config/environment.ts';
import { divide, peakUsers } from '../../src/crowd/schedules/index.ts';
import { shareCount } from '../../src/run/shares.ts';

/** What the load test and its verdict have to agree on. */
export const crowdName = 'meeting-sessions';
export const settings = loadSettings();
export const { schedule } = settings;

const run = currentRun()!;
const of = shareCount(run);

/** One machine of several hosts a part of the crowd; the whole is judged where the parts are merged. */
export const isPart = run.shard.of > 1;

/** One test for each, since tests are what Playwright hands to workers. */
export const shares = Array.from({ length: of }, (_, position) => ({
  share: position + 1,
  of,
  users: divide(peakUsers(schedule), position + 1, of),
}));
