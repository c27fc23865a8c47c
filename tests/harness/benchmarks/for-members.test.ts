import { expect } from '@playwright/test';
import { getMeeting } from '../../../src/benchmarks/catalogue/http.ts';
import { measure } from '../../../src/benchmarks/measure.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { openContract } from '../foreign/by-contract.ts';
import { test } from '../foreign/foreign-fixture.ts';
import { foreignServices } from '../foreign/services.ts';

test('the benchmark of reading a meeting uses members when only members may read it', async ({ foreign }) => {
  const service = await foreign.start('cookie-acks');
  const access = await openContract(service, foreignServices['cookie-acks'].contract);
  const outcomes = async (isForMembers: boolean) => {
    const { timings, facts } = await measure(getMeeting, {
      serviceUrl: service.url,
      socketUrl: service.url,
      access,
      requestContext: 'wire',
      timeoutMs: 10_000,
      prefix: `members-${isForMembers}-`,
      concurrency: 2,
      listedMeetings: 3,
      isForMembers,
      clock: systemClock,
      iterations: 30,
      warmUp: 10,
    });
    return { outcomes: timings.outcomes, facts };
  };
  expect(await outcomes(true)).toEqual({
    outcomes: { ok: 30 },
    facts: { users: 20, 'participants per meeting': '10 at most' },
  });
  // Without the option, strangers read the meeting and are refused.
  expect(await outcomes(false)).toMatchObject({ outcomes: { 'http 403': 30 } });
});
