import { CrowdBrowser } from '../../browser/crowd-browser.ts';
import type { Settings } from '../../config/read-settings.ts';
import { UserError } from '../../kernel/errors.ts';
import { type Checkup, type Finding, ok, problem, warning } from './finding.ts';

/** Starts a browser like a participant, and ends it. */
export function browserCheckup({ CHROMIUM_PATH, BROWSER_USERS }: Settings): Checkup {
  return {
    title: 'Chromium',
    async run(): Promise<Finding[]> {
      try {
        const browser = await CrowdBrowser.launch({ chromiumPath: CHROMIUM_PATH });
        await browser.close();
        return [ok('a browser starts')];
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        const [message = ''] = error.message.split('\n');
        // Without browsers, a run needs none.
        return [BROWSER_USERS === 0 ? warning(`${message} (BROWSER_USERS=0 needs none)`) : problem(message)];
      }
    },
  };
}
