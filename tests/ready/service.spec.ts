import { test } from '../../fixtures/index.ts';
import { currentRun, loadSettings } from '../../src/config/environment.ts';
import { checkTokens, waitForService } from '../../src/meetings/probe.ts';

/** Long enough for a service that just ended something else. */
const PATIENCE_MS = 5000;

test.describe('Is there a service to ask?', () => {
  test('it is well, and takes a token of ours', async () => {
    const { MEETINGS_SERVICE_URL, JWT_SECRET } = loadSettings();
    await waitForService(MEETINGS_SERVICE_URL!, PATIENCE_MS);
    await checkTokens(MEETINGS_SERVICE_URL!, currentRun()!.id, JWT_SECRET);
  });
});
