import { test } from '../../fixtures/index.ts';
import { fullMeeting } from '../../src/conduct/questions/full-meeting.ts';

test.describe(fullMeeting.question, () => {
  test('a meeting of two: the host, one guest, one too many, and three at once', async ({ conduct }) => {
    await conduct.ask(fullMeeting);
  });
});
