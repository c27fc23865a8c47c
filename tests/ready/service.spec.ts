import { test } from '../../fixtures/index.ts';
import { loadSettings } from '../../src/config/environment.ts';
import { waitForService } from '../../src/meetings/probe.ts';
import { currentAccess } from '../../src/run/access.ts';

/** Long enough for a service that just ended something else. */
const PATIENCE_MS = 5000;

test.describe('Is there a service to ask?', () => {
  test('it is healthy', async () => {
    const { contract } = await currentAccess();
    await waitForService(loadSettings().MEETINGS_SERVICE_URL!, PATIENCE_MS, contract);
  });
});
