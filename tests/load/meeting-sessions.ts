import { currentRun, loadSettings } from '../../src/config/environment.ts';
import { divide, peakUsers } from '../../src/crowd/schedules/index.ts';
import { shareCount } from '../../src/run/shares.ts';

/** What the load test and its verdict have to agree on. */
export const crowdName = 'meeting-sessions';
export const settings = loadSettings();
export const { schedule } = settings;

const of = shareCount(currentRun()!);

/** One test for each, since tests are what Playwright hands to workers. */
export const shares = Array.from({ length: of }, (_, position) => ({
  share: position + 1,
  of,
  users: divide(peakUsers(schedule), position + 1, of),
}));
