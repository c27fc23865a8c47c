import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { whyNoBrowser } from '../../../src/browser/launch-options.ts';
import { Run } from './run.ts';

const secret = 'a-secret-that-only-some-processes-need';
const webhook = 'a-secret-part-of-a-webhook';

/** The processes that read the settings of the run, and the service, which checks tokens. */
const MAY_HOLD_THE_SECRET = /cli\.js test|workerProcessEntry|service\/main\.ts|esbuild/;

test('no process of a run has a secret that it does not need', async () => {
  test.skip(process.platform !== 'linux', 'the test reads environments in /proc');
  test.slow();
  const browsers: Record<string, string> = whyNoBrowser() === undefined ? { BROWSER_USERS: '1' } : {};
  const load = new Run({
    ...browsers,
    JWT_SECRET: secret,
    ALERT_WEBHOOK_URL: `http://127.0.0.1:9/${webhook}`,
    DATABASE_SERVER_URL: '',
    TEST_DURATION: '30',
    REQUESTS_PER_USER: '300',
  });
  const expected = [
    'postgres',
    'keeper',
    'guard.sh',
    'echo.mjs',
    ...(browsers.BROWSER_USERS ? ['chrom'] : []),
  ];
  const missing = () => {
    const commands = [...load.descendants.values()];
    return expected.filter((name) => !commands.some((command) => command.includes(name)));
  };
  await load.prints('Offers');
  await expect.poll(missing, { timeout: 120_000 }).toEqual([]);

  const holding = (text: string) =>
    [...load.descendants]
      .filter(([pid]) => read(`${pid}/environ`).includes(text))
      .map(([, command]) => command);
  expect(holding(secret).filter((command) => !MAY_HOLD_THE_SECRET.test(command))).toEqual([]);
  expect(holding(secret)).not.toEqual([]); // the search works
  expect(holding(webhook).filter((command) => !/cli\.js test|workerProcessEntry/.test(command))).toEqual([]);
  expect(
    [...load.descendants.values()].filter((command) => command.includes(secret) || command.includes(webhook)),
  ).toEqual([]);
  load.interrupt();
  await load.end();
});

function read(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return ''; // the process has ended
  }
}
