import { existsSync, readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { expect } from '@playwright/test';
import { deliverAlerts } from '../../../src/alerts/deliver-alerts.ts';
import { readSettings } from '../../../src/config/read-settings.ts';
import { hideSecret } from '../../../src/kernel/secrets.ts';
import { fine, record, summaryOf } from '../results/summary/crowd-records.ts';
import { hostile, mixed } from './alerts.ts';
import { type Answer, test } from './receiver.ts';

/** A secret in the user, password, path, query and fragment: services use each of these places. */
const planted = ['plantedUser', 'plantedPass', 'plantedPath', 'plantedQuery', 'plantedHash'];
const plantedIn = (origin: string) =>
  `${origin.replace('//', '//plantedUser:plantedPass@')}/services/plantedPath?key=plantedQuery#plantedHash`;
const credentials = Buffer.from('plantedUser:plantedPass').toString('base64');

function expectNoneIn(...outputs: string[]): void {
  const found = outputs.flatMap((output) =>
    [...planted, credentials].filter((part) => output.includes(part)),
  );
  expect(found).toEqual([]);
}

const spiteful = (status: number, body: string): Answer => ({
  status,
  body,
  headers: { location: `http://example.com/${body}`, 'x-echo': body },
});

const answers: [string, Answer][] = [
  ['delivered', { status: 200, body: 'plantedPath' }],
  [
    'refused by a page that repeats the path',
    spiteful(404, 'Cannot POST /services/plantedPath?key=plantedQuery'),
  ],
  ['refused with a word', spiteful(400, 'no_service')],
  ['redirected to an address that repeats it', spiteful(302, 'plantedPath')],
  ['connection reset', 'reset'],
  ['no answer', 'silence'],
  ['503', spiteful(503, 'plantedPath')],
];

for (const format of ['slack', 'json']) {
  for (const [name, answer] of answers) {
    test(`no output holds a part of the webhook address (${format}, ${name})`, async ({
      receiver,
      clock,
    }, testInfo) => {
      const settings = readSettings({ ALERT_WEBHOOK_URL: plantedIn(receiver.origin), ALERT_FORMAT: format });
      const stepSummary = testInfo.outputPath('summary.md');
      receiver.answers.push(answer, answer, answer, answer);
      const lines = await deliverAlerts({
        alert: mixed(),
        markdown: '# the report',
        settings,
        github: { annotates: true, stepSummary, runUrl: undefined },
        clock,
        limits: { tryMs: answer === 'silence' ? 50 : 5000 },
      });
      // The message was sent, and the address contains the secrets.
      expect(receiver.received[0]).toMatchObject({
        url: '/services/plantedPath?key=plantedQuery',
        headers: { authorization: `Basic ${credentials}` },
      });
      expect(lines.length).toBeGreaterThan(1);
      expect(existsSync(stepSummary)).toBe(true);
      expectNoneIn(lines.join('\n'), readFileSync(stepSummary, 'utf8'), receiver.received[0]!.body);
    });
  }
}

test('printed, dumped or reported settings hold no part of the webhook address', () => {
  const address = plantedIn('https://hooks.example.com');
  const settings = readSettings({ ALERT_WEBHOOK_URL: address });
  const summary = summaryOf(record(fine()), undefined, { ALERT_WEBHOOK_URL: address });
  expectNoneIn(
    JSON.stringify(settings),
    inspect(settings, { depth: 9, showHidden: true }),
    JSON.stringify(summary),
  );
  expect(summary.settings).not.toHaveProperty('ALERT_WEBHOOK_URL');
});

test('an alert holds no secret that the service repeats', async ({ receiver }, testInfo) => {
  const secret = 'planted_secret&in%texts';
  hideSecret(secret);
  const stepSummary = testInfo.outputPath('summary.md');
  for (const ALERT_FORMAT of ['slack', 'json']) {
    const lines = await deliverAlerts({
      alert: hostile(`refused ${secret} ok`),
      markdown: `# ${secret}`,
      settings: readSettings({ ALERT_WEBHOOK_URL: receiver.origin, ALERT_FORMAT }),
      github: { annotates: true, stepSummary, runUrl: undefined },
    });
    const outputs = [lines.join('\n'), readFileSync(stepSummary, 'utf8'), receiver.received.at(-1)!.body];
    for (const output of outputs) {
      expect(output).not.toMatch(/planted\W?_secret/);
      expect(output).toContain('[secret]');
    }
  }
});

test('the search of these tests finds a planted secret', () => {
  expect(() => expectNoneIn('at plantedPath')).toThrow();
  expect(() => expectNoneIn(`Basic ${credentials}`)).toThrow();
});
