import { expect, test } from '@playwright/test';
import { reasonText } from '../../../src/history/reason.ts';
import { limited, summaryOfSlice, whyNoNetwork, withFortyPorts } from './limited.ts';
import { meetingService } from './meeting-service.ts';

test.describe('a network with forty local ports for each address', () => {
  test.beforeEach(async () => {
    const reason = await whyNoNetwork();
    test.skip(reason !== undefined, reason);
  });

  test('is enough for forty participants with three source addresses', async () => {
    const report = await withFortyPorts(['127.0.0.1', '127.0.0.2', '127.0.0.3']);
    expect(report.sessions).toMatchObject({ started: 40, completed: 40 });
    expect(summaryOfSlice(report)).toMatchObject({ verdict: 'passed', reasons: [] });
  });

  test('is too small with one, also where it is a given one', async () => {
    const report = await withFortyPorts(['127.0.0.9']);
    expect(report.sessions.gaveUp).toEqual({});
    expect(report.sessions.limited).toBeGreaterThan(15);
    expect(summaryOfSlice(report).reasons.map(reasonText).join('\n')).toMatch(
      /no local port was left for \d+ calls/,
    );
  });
});

test('a host name that cannot be looked up for lack of descriptors is no fault of the service', async () => {
  await using service = await meetingService();
  const url = service.url.replace('127.0.0.1', 'localhost');
  const report = await limited('ulimit -n 256', { url, users: 200, sourceAddresses: [] });
  const outcomes = Object.values(report.timings.operations).flatMap((one) => Object.keys(one.outcomes));
  expect(new Set(outcomes)).toEqual(new Set(['ok', 'generator limit']));
  expect(report.sessions.gaveUp).toEqual({});
});
