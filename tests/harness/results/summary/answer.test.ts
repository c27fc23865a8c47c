import { expect, test } from '@playwright/test';
import type { SliceReport } from '../../../../src/crowd/slice-report.ts';
import { meanwhile } from '../../../../src/results/summary/answer/meanwhile.ts';
import type { Summary } from '../../../../src/results/summary/schema.ts';
import { health, latencies } from '../../crowd/slice-reports.ts';
import { type Calls, record, report, summaryOf, timingsOf } from './crowd-records.ts';

const targets = 'p95 < 100 ms; p99 < 500 ms; error rate < 1 %; events lost < 0.1 %';
const names = ['meeting.join', 'meeting.get', 'hand.raise', 'event.delivery'];
const fast = (latencyMs = 20): Calls[] => names.map((name) => ({ name, latencyMs }));
const leave = (calls: Partial<Calls>): Calls[] => [...fast(), { name: 'meeting.leave', ...calls }];
const lost = (everyMs: number, count: number): Calls[] => [
  ...fast(),
  { name: 'event.delivery', outcome: 'lost', everyMs, count },
];
const late = { health: health({ lateArrivals: latencies([400]).encode() }) };

/** The answer about slices with these calls, in a run of 10 s. */
function answer(slices: readonly (readonly Calls[])[], over: Partial<SliceReport> = {}): Summary['answer'] {
  const of = slices.length;
  const reports = slices.map((calls, index) => report(index + 1, calls, { of, ...over }));
  return summaryOf(record(reports, { expected: reports.map(({ slice }) => slice) }), targets).answer;
}

/** Calls of a service that stood still from second 3 to second 7: they end when it continues. */
function stalled(): SliceReport {
  const timings = timingsOf(
    ...names.map((name) => ({ name, latencyMs: 20, everyMs: 40, count: 73 })),
    ...names.map((name) => ({ name, latencyMs: 3900, everyMs: 1, count: 8, fromMs: 7000 })),
    ...names.map((name) => ({ name, latencyMs: 20, everyMs: 40, count: 70, fromMs: 7100 })),
  );
  return report(1, [], { timings: timings.encode(10_000) });
}

test.describe('the answer in one sentence', () => {
  test('tells seeded problems apart', () => {
    const cases: [Summary['answer'], string | RegExp][] = [
      // One slow operation
      [
        answer([leave({ latencyMs: 900 }), leave({ latencyMs: 900 })]),
        'FAILED: latency p95 was 900 ms, 9× the 100 ms limit; only meeting.leave is slow (P95 900 ms, all others 20.0 ms); 1 more target missed.',
      ],
      // One slow slice of three
      [
        answer([fast(), fast(800), fast()]),
        'FAILED: latency p95 was 800 ms, 8× the 100 ms limit; only slice 2 of 3 gets slow answers (P95 800 ms, all others 20.0 ms); 1 more target missed.',
      ],
      // Errors of one kind
      [
        answer([leave({ outcome: 'http 500', everyMs: 500, count: 20 }), fast()]),
        /^FAILED: error rate was 3\.\d\d%, 3\.\d× the 1% limit; all 20 failures: meeting\.leave http 500; only slice 1 of 2 has failures \(20 of 320 calls, all others 0 of 300 calls\)\.$/,
      ],
      // Undelivered events
      [
        answer([lost(500, 20), lost(500, 20)]),
        'FAILED: events lost was 16.67%, 170× the 0.1% limit (40 of 240 room events); all 40 lost events: lost.',
      ],
      // An overloaded generator
      [
        answer([fast(), fast()], late),
        /^INCONCLUSIVE: Load generator overloaded \(late arrivals P99 400 ms, limit 100 ms\): latencies are not valid\. Use more workers/,
      ],
      [
        answer([leave({ latencyMs: 900 }), fast()], late),
        /^FAILED: latency p95 .*; the load generator had a problem too, 1 more target missed\.$/,
      ],
      // A stall
      [
        summaryOf(record([stalled(), report(2, [])], {}), targets).answer,
        'FAILED: latency p95 was 3900 ms, 39× the 100 ms limit; no call ended between 0:03 and 0:07; 1 more target missed.',
      ],
      [
        answer([fast(), fast()]),
        'PASSED: all 4 targets were met; latency p95 was 20.0 ms (limit 100 ms); 0 of 600 requests failed; 6 users at peak.',
      ],
    ];
    for (const [{ sentence }, expected] of cases)
      if (typeof expected === 'string') expect(sentence).toBe(expected);
      else expect(sentence).toMatch(expected);
  });

  test('names a time, and what rose in it', () => {
    const half = (latencyMs: number, fromMs: number): Calls[] =>
      names.map((name) => ({ name, latencyMs, count: 50, fromMs }));
    const slowEnd = answer([[...half(20, 50), ...half(400, 5050)], fast()]);
    expect(slowEnd.sentence).toMatch(
      /^FAILED: latency p95 was 400 ms, 4× the 100 ms limit, since 0:05; only slice 1 of 2 gets slow answers /,
    );
    expect(slowEnd).toMatchObject({ fromS: 5, toS: 10 });
    // Slow from time to time, or in most of the run: no time stands out.
    for (const slices of [
      [[...fast(), ...names.map((name) => ({ name, latencyMs: 400, everyMs: 500, count: 20 }))]],
      [[...half(20, 50), ...half(400, 550), ...half(400, 5050)]],
    ])
      expect(answer([...slices, fast()]).sentence).not.toMatch(/since|from 0:|between/);

    const atS = [0, 2, 4, 6, 8, 10, 12, 14];
    const service = {
      atS,
      cpu: [0.2, 0.3, 0.2, 0.3, 0.9, 0.9, 0.3, 0.2],
      loopDelayMs: [10, 10, 10, 10, 30, 30, 10, 10],
      waitingForDatabase: atS.map(() => null),
    };
    const generator = [{ slice: 1, loopDelayMaxMs: [5, 5, 5, 5, 5, 5, 5, 5, 5, 5] }];
    const series = { everyS: 1, service, generator } as unknown as Summary['series'];
    const span = { fromS: 8, toS: 10, isOpen: false };
    // 20 ms more in the event loop explain no slow call.
    expect(meanwhile(span, { series })).toEqual([
      'the service’s CPU use rose at the same time (0.2 cores to 0.9 cores)',
    ]);
    expect(meanwhile({ ...span, fromS: 2, toS: 4 }, { series })).toEqual([]);
    // Too few readings outside of the time.
    expect(meanwhile({ ...span, fromS: 4, toS: 14 }, { series })).toEqual([]);
  });

  test('names no operation if several are slow, and no failure if there are several kinds', () => {
    const several = answer([
      [...leave({ latencyMs: 900 }), { name: 'meeting.list', latencyMs: 800 }],
      [...leave({ latencyMs: 900 }), { name: 'meeting.list', latencyMs: 800 }],
    ]).sentence;
    expect(several).toContain(
      '; slowest: meeting.leave (P95 900 ms), meeting.list (P95 800 ms); 1 more target missed.',
    );
    const kinds = ['http 500', 'timeout', 'refused'] as const;
    const failures = answer([
      [...fast(), ...kinds.map((outcome) => ({ name: 'meeting.leave', outcome, count: 10 }))],
      fast(),
    ]).sentence;
    expect(failures).toContain('most frequent of 3 kinds: meeting.leave http 500 (10 of 30)');
  });

  test('compares operations by their averages if one has too few samples for the percentile', () => {
    const few = [...fast(150), { name: 'meeting.leave', latencyMs: 900, count: 5 }];
    expect(answer([few, fast(150)]).sentence).toContain('slowest: meeting.leave (average 900 ms)');
  });

  test('says of an interrupted run only what was missed until then', () => {
    const stopped = { stopped: { reason: 'interrupted', isInterrupted: true } };
    const until = (latencyMs: number) =>
      summaryOf(record([report(1, fast(latencyMs), late), report(2, fast(latencyMs))], stopped), targets);
    expect(until(20).answer.sentence).toBe('INTERRUPTED after 0:10: no target was missed until then.');
    expect(until(800).answer.sentence).toBe('INTERRUPTED after 0:10: 2 targets missed until then.');
    // A load that was cut short does not follow its schedule.
    expect(until(20).reasons.map(({ kind }) => kind)).toEqual(['stopped early']);
  });
});
