import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { experimentOf, whyNot } from '../../../src/experiments/catalogue.ts';
import { contractOf } from '../../../src/meetings/contract/load.ts';
import { foreignServices } from '../foreign/services.ts';

test('the rate-limit experiment needs a contract with a join limit of at most 200', () => {
  const experiment = experimentOf('high-concurrency-join', 'one of 20 users asks too often')!;
  const path = foreignServices['rest-v2'].contract;
  const written = readFileSync(path, 'utf8');
  const env = { SERVICE_URL: 'https://localhost:1', JWT_KEY_FILE: 'key.pem' };
  const why = (limits: string) =>
    whyNot(experiment, contractOf(written.replace(/^limits: .*$/m, limits), path, env), {});
  expect(why('limits: { meeting.join: 30/60s }')).toBeUndefined();
  expect(why('limits: { meeting.join: 201/60s }')).toBe(
    'the contract allows a user 201 calls of meeting.join, but the experiment makes at most 200',
  );
  expect(why('limits: { meeting.list: 40/60s }')).toBe('the contract has no limit for meeting.join');
});
