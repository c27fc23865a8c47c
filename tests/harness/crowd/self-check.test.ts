import { expect, test } from '@playwright/test';
import { withoutBrowsers } from '../../../src/crowd/browser-crowd.ts';
import { noSessions } from '../../../src/crowd/run-share.ts';
import { bounds, selfCheck } from '../../../src/crowd/self-check.ts';
import type { GeneratorHealth, ShareReport } from '../../../src/crowd/share-report.ts';
import { health, latencies, shareReport } from './share-reports.ts';

const late = (values: readonly number[]) => ({ lateArrivals: latencies(values).encode() });
const failed = (over: Partial<GeneratorHealth>, dropped = 0) =>
  selfCheck([
    shareReport(),
    shareReport({ share: 2, health: health(over), sessions: { ...noSessions(), dropped } }),
  ])
    .filter(({ ok }) => !ok)
    .map(({ check }) => check);

test('a generator in good health passes every check, and so does none at all', () => {
  expect(failed({})).toEqual([]);
  expect(selfCheck([]).every(({ ok }) => ok)).toBe(true);
});

test.describe('the processors that browsers take', () => {
  const check = 'CPU of all browsers of the machine’s';
  /** A share whose browser took so many cores in each second, of a machine that has four. */
  const driving = (share: number, cores: readonly number[]) =>
    shareReport({
      share,
      moments: cores.map((browserCpu, second) => ({
        atMs: (second + 1) * 1000,
        loopDelayMaxMs: 1,
        cpu: 0.1,
        browserCpu,
        memoryBytes: 1,
      })),
      browsers: {
        ...withoutBrowsers(4, null),
        processes: { cpuMean: 1, cpuPeak: 1, cores: 4, memoryPeakBytes: 1 },
      },
    });
  const percent = (reports: ShareReport[], sharesEach?: number) =>
    selfCheck(reports, sharesEach).find((one) => one.check === check);
  const long = (cores: number) => Array.from({ length: 20 }, () => cores);

  test('trip their bound when all of the machine together do', () => {
    const most = (4 * bounds.browserCpuPercent) / 100;
    expect(percent([driving(1, long(most / 2)), driving(2, long(most / 2))])).toMatchObject({ ok: true });
    expect(percent([driving(1, long(most / 2)), driving(2, long(most / 2 + 0.1))])).toMatchObject({
      ok: false,
      slows: true,
    });
  });

  test('count in the busiest 5 seconds, at the same time', () => {
    const [early, late] = [
      [...long(1), 2, 2, 2, 2, 2, ...long(1)],
      [...long(1), ...long(1), 2, 2, 2, 2, 2],
    ];
    expect(percent([driving(1, early)])!.value).toBeCloseTo(50, 6);
    expect(percent([driving(1, early), driving(2, late)])!.value).toBeCloseTo(75, 6);
    expect(percent([driving(1, early), driving(2, early)])!.value).toBeCloseTo(100, 6);
    expect(percent([driving(1, [...long(0), 4, ...long(0)])])!.value).toBeCloseTo(20, 6);
  });

  test('in a run of less than 5 seconds, over all of it', () => {
    expect(percent([driving(1, [4, 2])])!.value).toBeCloseTo(75, 6);
    expect(percent([driving(1, [])])!.value).toBe(0);
  });

  test('of several machines, the busiest counts', () => {
    const shares = [1, 2, 3, 4].map((share) => driving(share, long(share === 4 ? 2 : 1)));
    expect(percent(shares, 2)!.value).toBeCloseTo(75, 6);
  });

  test('are no question where nothing is driven', () => {
    expect(percent([shareReport()])).toBeUndefined();
  });
});

test.describe('each bound trips alone, in whichever share it is', () => {
  const files = (percent: number) => ({ openFilesPeak: percent * 10, openFilesLimit: 1000 });
  const table: [string, Partial<GeneratorHealth>, Partial<GeneratorHealth>][] = [
    [
      'event-loop delay P99',
      { loopDelayP99Ms: bounds.loopDelayP99Ms },
      { loopDelayP99Ms: bounds.loopDelayP99Ms + 0.1 },
    ],
    ['CPU of the busiest worker', { cpuPeak: bounds.cpuPeakCores }, { cpuPeak: bounds.cpuPeakCores + 0.01 }],
    ['late arrivals P99', late([bounds.lateArrivalP99Ms]), late([bounds.lateArrivalP99Ms + 1])],
    ['barrier skew', { startSkewMs: bounds.startSkewMs }, { startSkewMs: bounds.startSkewMs + 1 }],
    ['open files of their limit', files(bounds.openFilesPercent), files(bounds.openFilesPercent + 1)],
  ];
  for (const [check, within, beyond] of table) {
    test(check, () => {
      expect(failed(within)).toEqual([]);
      expect(failed(beyond)).toEqual([check]);
    });
  }

  test('arrivals that the limit of users kept out', () => {
    expect(failed({}, 1)).toEqual(['arrivals that the limit of users kept out']);
  });

  test('a value that is none does not pass', () => {
    expect(failed({ cpuPeak: Number.NaN })).toEqual(['CPU of the busiest worker']);
  });
});

test('late arrivals are taken over all shares: 1 of 100 may be late, 2 may not', () => {
  const of = (lateOnes: number) =>
    late(Array.from({ length: 100 }, (_, index) => (index < lateOnes ? 900 : 1)));
  expect(failed(of(1))).toEqual([]);
  expect(failed(of(2))).toEqual(['late arrivals P99']);
  // Of fewer than 100 the latest one counts.
  expect(failed(late([1, 1, 900]))).toEqual(['late arrivals P99']);
});

test('where the platform does not tell of files, they are no reason', () => {
  expect(failed({ openFilesPeak: null, openFilesLimit: null })).toEqual([]);
});

test('each says what to do, and which of them can make latencies longer', () => {
  const findings = selfCheck([shareReport()]);
  for (const { wayOut } of findings) expect(wayOut).toMatch(/\w{4,}.*\.$/);
  expect(findings.filter(({ slows }) => !slows).map(({ check }) => check)).toEqual([
    'arrivals that the limit of users kept out',
  ]);
});
