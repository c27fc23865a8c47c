import { expect, test } from '@playwright/test';
import { publicSettings, secretValues } from '../../../src/config/public-settings.ts';
import { readSettings } from '../../../src/config/read-settings.ts';
import { type SettingName, schema } from '../../../src/config/schema.ts';
import { attempt } from './attempt.ts';

const names = Object.keys(schema) as SettingName[];
const isMarked = (name: SettingName) => 'secret' in schema[name];
const secrets = names.filter(isMarked);

test('settings with the name of a secret are marked as secret', () => {
  const sounds = names.filter((name) => /SECRET|TOKEN|PASSWORD|CREDENTIAL|WEBHOOK|_KEY$/.test(name));
  expect(sounds).toEqual(expect.arrayContaining(['JWT_SECRET', 'ALERT_WEBHOOK_URL']));
  expect(sounds.filter((name) => !isMarked(name))).toEqual([]);
});

test('public settings contain no secrets and no unknown names', () => {
  const settings = readSettings({
    JWT_SECRET: 'hunter2',
    ALERT_WEBHOOK_URL: 'https://hooks.example.com/hunter2',
    SEED: '7',
  });
  const shown = publicSettings(settings);
  expect(shown).toMatchObject({ SEED: 7, ALERT_WHEN: 'degraded' });
  expect(Object.keys(shown).filter((name) => secrets.includes(name as SettingName))).toEqual([]);
  expect(Object.keys(shown).filter((name) => !names.includes(name as SettingName))).toEqual([]);
  expect(JSON.stringify(shown)).not.toContain('hunter2');
});

test('an error about a secret setting does not show its value', () => {
  expect(secrets.length).toBeGreaterThan(1);
  const refused = secrets.filter((name) => {
    const message = attempt({ [name]: 'hunter2 ' });
    expect(message).not.toContain('hunter2');
    return message !== 'read';
  });
  // Any text is a valid JWT_SECRET or command, but a stop command without its start command is refused.
  const isAnyText = (name: string) => name === 'JWT_SECRET' || name === 'SERVICE_RESTART_CMD';
  expect(refused.toSorted()).toEqual(secrets.filter((name) => !isAnyText(name)).toSorted());
});

test('secretValues returns the values of all secret settings', () => {
  const settings = readSettings({
    JWT_SECRET: 'hunter2',
    ALERT_WEBHOOK_URL: 'https://hooks.example.com/services/hunter3',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://user:hunter4@otlp.example.com',
    OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=hunter5',
  });
  expect(secretValues(settings).toSorted()).toEqual(['/services/hunter3', 'hunter2', 'hunter4', 'hunter5']);
  expect(secretValues(readSettings({}))).toEqual(['change-me']);
});
