import { test } from '../../fixtures/index.ts';
import { attendMeeting } from '../../src/journeys/attend-meeting.ts';
import { counted } from '../../src/kernel/figures.ts';
import { crowdName, schedule, settings, shares } from './meeting-sessions.ts';

test.describe('Does the service carry this crowd for the whole time?', () => {
  for (const { share, of, users } of shares) {
    test(`share ${share} of ${of}: ${counted(users, 'user')} at most`, async ({ crowd }) => {
      const { REQUESTS_PER_USER: actions, THINK_TIME_MS: thinkMs } = settings;
      await crowd.host(crowdName, share, { journey: attendMeeting({ actions, thinkMs }), schedule });
    });
  }
});
