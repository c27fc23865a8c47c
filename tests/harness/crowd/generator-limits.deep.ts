import { expect, test } from '@playwright/test';
import { reasonText } from '../../../src/history/reason.ts';
import { type MergedOperation, MergedTimings } from '../../../src/timings/merged-timings.ts';
import { limited, summaryOfSlice, whyNoNetwork, withFortyPorts } from './limited.ts';
import { meetingService } from './meeting-service.ts';

const outcomesOf = (operation: MergedOperation | undefined) => Object.keys(operation?.outcomes ?? {}).sort();

test('calls without a free file descriptor count as a generator limit and make the run inconclusive', async () => {
  await using service = await meetingService();
  const report = await limited('ulimit -n 256', { url: service.url, users: 150, sourceAddresses: [] });
  const { operations } = new MergedTimings([report.timings]);
  const connect = operations.get('socket.connect')!;
  expect(outcomesOf(connect)).toEqual(['generator limit', 'ok']);
  expect([...connect.causes.keys()]).toEqual(['the load generator has no file descriptor left']);
  expect(connect.total).toBe(connect.successful);
  const { sessions } = report;
  expect(sessions.gaveUp).toEqual({});
  expect(sessions.completed).toBeGreaterThan(0);
  expect(sessions.completed + sessions.limited!).toBe(150);

  const { verdict, reasons, totals, targets } = summaryOfSlice(report);
  expect(totals).toMatchObject({ failed: 0, errorRatePercent: 0, generatorLimit: sessions.limited });
  expect(targets.map(({ state }) => state)).not.toContain('missed');
  expect(verdict).toBe('inconclusive');
  expect(reasons.map(reasonText)).toContainEqual(
    expect.stringMatching(
      /^Load generator limit: no file descriptor was left for \d+ calls\. Raise the limit of open files \(ulimit -n\)/,
    ),
  );
});

test('a crowd with enough file descriptors passes and divides its connections among the source addresses', async () => {
  await using service = await meetingService();
  const sourceAddresses = ['127.0.0.5', '127.0.0.6'];
  const report = await limited('ulimit -n 1000', { url: service.url, users: 40, sourceAddresses });
  expect(report.sessions).toMatchObject({ started: 40, completed: 40 });
  const { verdict, reasons } = summaryOfSlice(report);
  expect([verdict, reasons]).toEqual(['passed', []]);
  // HTTP and socket connections are divided evenly; the first entry is the call before the start.
  expect(Object.fromEntries(service.sources)).toEqual({ '127.0.0.1': 1, '127.0.0.5': 40, '127.0.0.6': 40 });
});

test('calls without a free local port count as a generator limit and make the run inconclusive', async () => {
  const reason = await whyNoNetwork();
  test.skip(reason !== undefined, reason);
  const report = await withFortyPorts([]);
  const { operations } = new MergedTimings([report.timings]);
  const causes = [...operations.values()].flatMap((one) => [...one.causes.keys()]);
  expect(new Set(causes)).toEqual(new Set(['the load generator has no local port left']));
  expect(report.sessions.gaveUp).toEqual({});
  expect(report.sessions.limited).toBeGreaterThan(15);
  const { verdict, reasons, totals } = summaryOfSlice(report);
  expect(totals).toMatchObject({ failed: 0, errorRatePercent: 0 });
  expect(verdict).toBe('inconclusive');
  expect(reasons.map(reasonText).join('\n')).toMatch(
    /no local port was left for \d+ calls\. Set SOURCE_ADDRESSES/,
  );
});

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

  test('is too small for forty participants with one source address', async () => {
    const report = await withFortyPorts(['127.0.0.9']);
    expect(report.sessions.gaveUp).toEqual({});
    expect(report.sessions.limited).toBeGreaterThan(15);
    expect(summaryOfSlice(report).reasons.map(reasonText).join('\n')).toMatch(
      /no local port was left for \d+ calls/,
    );
  });
});

test('a host lookup without a free file descriptor counts as a generator limit', async () => {
  await using service = await meetingService();
  const url = service.url.replace('127.0.0.1', 'localhost');
  const report = await limited('ulimit -n 256', { url, users: 200, sourceAddresses: [] });
  const outcomes = Object.values(report.timings.operations).flatMap((one) => Object.keys(one.outcomes));
  expect(new Set(outcomes)).toEqual(new Set(['ok', 'generator limit']));
  expect(report.sessions.gaveUp).toEqual({});
});
