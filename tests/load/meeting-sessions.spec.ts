import { test } from '../../fixtures/index.ts';
import { loadJourney } from '../../src/journeys/load-journey.ts';
import { counted } from '../../src/kernel/figures.ts';
import { contractOf } from '../../src/run/access.ts';
import { crowdName, schedule, settings, shares } from './meeting-sessions.ts';

test.describe('Does the service carry this crowd for the whole time?', () => {
  for (const { share, of, users } of shares) {
    test(`share ${share} of ${of}: ${counted(users, 'user')} at most`, async ({ crowd }) => {
      const { REQUESTS_PER_USER: actions, THINK_TIME_MS: thinkMs, JOURNEY } = settings;
      const { mix } = (await contractOf(settings)).journey;
      const journey = await loadJourney(JOURNEY, { actions, thinkMs, mix });
      await crowd.host(crowdName, share, { journey, schedule });
    });
  }
});
