import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { deliverAlerts } from '../../../src/alerts/deliver-alerts.ts';
import { githubActions } from '../../../src/config/github.ts';
import { readSettings } from '../../../src/config/read-settings.ts';
import { alertFor, mixed } from './alerts.ts';
import { test as base } from './receiver.ts';
import { load } from './records.ts';

const test = base.extend<{ stepSummary: string }>({
  stepSummary: async ({}, use, testInfo) => use(testInfo.outputPath('step-summary.md')),
});
const nowhere = githubActions({});
const markdown = '# the report';

test('sends the alert as JSON by default, and as a Slack message when set', async ({ receiver }) => {
  const deliver = (ALERT_FORMAT?: string) => {
    const settings = readSettings({ ALERT_WEBHOOK_URL: `${receiver.origin}/x`, ALERT_FORMAT });
    return deliverAlerts({ alert: mixed(), markdown, settings, github: nowhere });
  };
  const host = receiver.origin.slice('http://'.length);
  expect(await deliver()).toEqual([`Alert    sent to ${host}`]);
  await deliver('slack');
  await deliver('json');
  const bodies = receiver.received.map(({ body }) => JSON.parse(body));
  expect(bodies).toMatchObject([
    { schema: 'fullhouse/alert/2', status: 'degraded', run: { id: '20261123-140000-abcd' } },
    { text: expect.stringContaining('1 target missed'), blocks: expect.anything() },
    { schema: 'fullhouse/alert/2' },
  ]);
  expect(receiver.received[0]?.headers['idempotency-key']).toBe('20261123-140000-abcd-degraded');
});

test('prints one line with the host when the webhook is unreachable', async ({ receiver, clock }) => {
  const settings = readSettings({ ALERT_WEBHOOK_URL: `${receiver.origin}/secret-part?key=secret` });
  receiver.answers.push('reset', 'reset', 'reset', 'reset');
  const lines = await deliverAlerts({ alert: mixed(), markdown, settings, github: nowhere, clock });
  const host = receiver.origin.slice('http://'.length);
  expect(lines).toEqual([`Alert    could not be delivered to ${host}: connection reset (4 tries)`]);
});

test('does nothing without a webhook and outside GitHub Actions', async () => {
  const options = { markdown, settings: readSettings({}), github: nowhere };
  expect(await deliverAlerts({ alert: mixed(), ...options })).toEqual([]);
  expect(await deliverAlerts({ alert: undefined, ...options })).toEqual([]);
});

test('writes the step summary when there is no alert to send', async ({ receiver, stepSummary }) => {
  const settings = readSettings({ ALERT_WEBHOOK_URL: receiver.origin });
  const github = { ...nowhere, annotates: true, stepSummary };
  expect(await deliverAlerts({ alert: undefined, markdown, settings, github })).toEqual([]);
  expect(receiver.received).toEqual([]);
  expect(readFileSync(stepSummary, 'utf8')).toBe('# the report\n');
});

test('prints annotations on GitHub, and puts the alert above the report', async ({ stepSummary }) => {
  const github = { ...nowhere, annotates: true, stepSummary };
  const lines = await deliverAlerts({ alert: mixed(), markdown, settings: readSettings({}), github });
  expect(lines).toContainEqual(expect.stringMatching(/^::error title=Missed targets::load meeting-sessions/));
  const [first, ...rest] = readFileSync(stepSummary, 'utf8').split('\n');
  expect(first).toMatch(/^## ❌ /);
  expect(rest).toContain('# the report');
});

test('sends the alert when the step summary cannot be written', async ({ receiver }, testInfo) => {
  const github = { ...nowhere, stepSummary: join(testInfo.outputPath(), 'none', 'summary.md') };
  const settings = readSettings({ ALERT_WEBHOOK_URL: receiver.origin });
  const lines = await deliverAlerts({ alert: mixed(), markdown, settings, github });
  expect(lines).toEqual([
    expect.stringContaining('Alert    sent to'),
    'Alert    cannot write the step summary (ENOENT)',
  ]);
});

test('prints one line when the alert cannot be formatted', async ({ receiver }) => {
  const settings = readSettings({ ALERT_WEBHOOK_URL: receiver.origin, ALERT_FORMAT: 'slack' });
  const broken = { ...alertFor([load()]), reports: undefined as never };
  expect(await deliverAlerts({ alert: broken, markdown, settings, github: nowhere })).toEqual([
    'Alert    cannot send the message (TypeError)',
  ]);
});

test('sends no alert after the run was interrupted', async ({ receiver }) => {
  const settings = readSettings({ ALERT_WEBHOOK_URL: receiver.origin });
  const signal = AbortSignal.abort();
  const [line] = await deliverAlerts({ alert: mixed(), markdown, settings, github: nowhere, signal });
  expect(line).toMatch(/could not be delivered to \S+: the run was interrupted$/);
  expect(receiver.received).toEqual([]);
});
