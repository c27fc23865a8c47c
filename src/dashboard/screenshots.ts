import { UserError } from '../kernel/errors.ts';
import { takePictures } from '../views/pictures.ts';

/** The age of the run at which its curves show something. */
const SECONDS = 40;

const url = process.argv[2] ?? 'http://127.0.0.1:3333';

/** `npm run screenshots:dashboard [-- <address>]`, during a run. */
await takePictures({
  name: 'dashboard',
  size: { width: 1240, height: 1010 },
  async open(tab) {
    await tab.goto(url).catch(() => {
      throw new UserError(
        `No dashboard answers at ${url}. Start a run of a minute (\`npx playwright test --project=load\`), then repeat this command.`,
      );
    });
    const long = new RegExp(`^(0:[${SECONDS / 10}-9]|[1-9]).* elapsed`);
    const lasted = tab.locator('#clock').filter({ hasText: long });
    await lasted.waitFor({ timeout: 120_000 });
  },
});
