import { expect, test } from '@playwright/test';
import { noSessions } from '../../../src/crowd/run-share.ts';
import { bounds, selfCheck } from '../../../src/crowd/self-check.ts';
import type { GeneratorHealth } from '../../../src/crowd/share-report.ts';
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
