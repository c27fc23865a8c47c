import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { alertSchema } from '../../../src/alerts/alert.ts';
import { jsonMessage } from '../../../src/alerts/json.ts';
import { alertFor, hostile, many, mixed } from './alerts.ts';
import { load } from './records.ts';

const file = () => readFileSync(join(import.meta.dirname, '../../../docs/alert.schema.json'), 'utf8');
const travelled = (value: object) => JSON.parse(JSON.stringify(value));

test('docs/alert.schema.json equals the schema in the code', () => {
  const expected = travelled({ title: 'the JSON alert of a fullhouse run', ...z.toJSONSchema(alertSchema) });
  const hint = `docs/alert.schema.json has to hold:\n${JSON.stringify(expected, null, 2)}`;
  expect(JSON.parse(file()), hint).toEqual(expected);
});

test('docs/alert.schema.json accepts real messages and rejects broken ones', () => {
  const fromFile = z.fromJSONSchema(JSON.parse(file()));
  for (const alert of [mixed(), many(300), hostile('<!channel>'), alertFor([load()])]) {
    const message = travelled(jsonMessage(alert));
    expect(alertSchema.parse(message)).toEqual(message);
    expect(fromFile.safeParse(message).error).toBeUndefined();
  }
  const message = travelled(jsonMessage(mixed()));
  for (const change of [
    { schema: 'fullhouse/alert/1' },
    { status: 'fine' },
    { more: { degraded: -1 } },
    { run: {} },
  ]) {
    expect(fromFile.safeParse({ ...message, ...change }).success).toBe(false);
    expect(alertSchema.safeParse({ ...message, ...change }).success).toBe(false);
  }
});

test('the JSON message cuts long lists and counts the rest', () => {
  expect(jsonMessage(many(300))).toMatchObject({
    headline: '300 checks failed',
    more: { degraded: 200, problems: 0, recovered: 0 },
  });
  expect(jsonMessage(many(300)).degraded).toHaveLength(100);
  expect(jsonMessage(many(100)).more.degraded).toBe(0);
});
