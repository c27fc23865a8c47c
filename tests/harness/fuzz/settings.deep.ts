import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { test } from '@playwright/test';
import fc from 'fast-check';
import { readEnvFile as readByService } from '../../../service/env-file.ts';
import { ConfigError } from '../../../service/start-error.ts';
import { readEnvFile } from '../../../src/config/env-file.ts';
import { misspelt } from '../../../src/config/misspelt.ts';
import { readSettings } from '../../../src/config/read-settings.ts';
import { schema } from '../../../src/config/schema.ts';
import { parseSchedule, describe as sentenceOf } from '../../../src/crowd/schedules/index.ts';
import { UserError } from '../../../src/kernel/errors.ts';
import { mutatedBytes, mutatedJson, mutatedText, oddText } from './mutated.ts';
import { answersInWords, expectUserMessage, holdsFor } from './property.ts';

const names = Object.keys(schema);
const values = [
  'http://localhost:3002/meet',
  '127.0.0.1,::1',
  '50',
  '0.5',
  '500..1500',
  'off',
  'auto',
  'wire',
  '2026-11-24T10:00:00Z',
  'name=value,other=value',
  'hold 50 for 60s',
  'latency p95 < 500 ms; error rate < 1 %',
  '4g',
  'staging.example.com',
];

test('a damaged setting is read, or named in a message for users', async () => {
  const one = fc.tuple(fc.constantFrom(...names), fc.oneof(oddText, mutatedText(values)));
  await holdsFor(5000, fc.array(one, { minLength: 1, maxLength: 3 }), async (pairs) => {
    const written = Object.fromEntries(pairs);
    try {
      readSettings(written);
    } catch (error) {
      assert(error instanceof UserError, String((error as Error).stack));
      expectUserMessage(error.message);
      // The value may have several lines, but the message still begins with the setting.
      const known = [...Object.keys(written), 'TARGETS', 'SOURCE_ADDRESSES', 'ALLOW_REMOTE'];
      assert(
        known.some((name) => error.message.startsWith(name)),
        error.message,
      );
    }
    misspelt(written, '.env: ');
  });
});

test('the harness and the service read or refuse the same damaged .env files', async () => {
  const folder = test.info().outputPath();
  mkdirSync(folder, { recursive: true });
  const right = [
    'SEED=7\nJWT_SECRET="a b" # c\nexport THINK_TIME_MS=\'1..2\'\n',
    'KEY="-----BEGIN\nabc\n-----END"\r\nA=`b`\r\n',
  ];
  await holdsFor(3000, mutatedBytes(right), async (bytes) => {
    writeFileSync(`${folder}/.env`, bytes);
    const read = await answersInWords(() => readEnvFile(`${folder}/.env`));
    let alike: unknown;
    try {
      alike = readByService(folder);
    } catch (error) {
      assert(error instanceof ConfigError, String((error as Error).stack));
    }
    assert.deepEqual(alike, read);
  });
});

test('a damaged schedule is read, or refused with a message for users', async () => {
  const defaults = { users: 50, durationMs: 60_000, pauseMs: 1000, seed: 1 };
  const right = [
    'sessions every 100ms for 60s max 50',
    'hold 200 within 30s for 120s',
    'constant-users 50 for 1.5min',
    'ramp 0..50 for 60s',
    'steps 10x20s,30x20s',
    'spike 10..100 at 20s for 10s',
    'constant-arrival-rate 20/s for 60s max 50',
    'ramping-arrival-rate 5..50/s for 60s max 100',
    'poisson 90/min for 60s',
    'simultaneously 100',
  ];
  await holdsFor(5000, fc.oneof(mutatedText(right), oddText), async (text) => {
    const schedule = await answersInWords(() => parseSchedule(text, defaults));
    if (schedule) assert.doesNotMatch(sentenceOf(schedule), /NaN|Infinity|undefined/);
  });
});

test('damaged targets are read, or refused with a message for users', async () => {
  const right = [
    'latency p95 < 500 ms; error rate < 1 %',
    'worst 10 s meeting.get p99.9 <= 1.5 s',
    'throughput > 50 /s; count >= 5',
  ];
  await holdsFor(5000, fc.oneof(mutatedText(right), oddText), async (TARGETS) => {
    const read = await answersInWords(() => readSettings({ TARGETS }));
    assert((read?.targets ?? []).every(({ limit }) => Number.isFinite(limit)));
    await answersInWords(() => readSettings({ BENCH_TARGETS: TARGETS }));
  });
});

test('a damaged file of targets is read, or refused with a message for users', async () => {
  const path = test.info().outputPath('targets.json');
  mkdirSync(test.info().outputPath(), { recursive: true });
  const right = { 'latency p95': '< 500 ms', 'error rate': '< 1 %' };
  const contents = fc.oneof(
    mutatedBytes([JSON.stringify(right)]),
    mutatedJson(right).map((value) => Buffer.from(JSON.stringify(value) ?? '')),
  );
  await holdsFor(2000, contents, async (bytes) => {
    writeFileSync(path, bytes);
    await answersInWords(() => readSettings({ TARGETS_FILE: path }));
  });
});
