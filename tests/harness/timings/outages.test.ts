import { expect, test } from '@playwright/test';
import { outageNotes } from '../../../src/results/summary/outages.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import { outagesIn } from '../../../src/timings/outages.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';
import { Timings } from '../../../src/timings/timings.ts';

/** Each letter is a second: `a` an answer, `e` an error of the service, `x` four calls without an answer, `.` nothing. */
function seconds(story: string): MergedTimings {
  const timings = new Timings(0);
  const kinds: Readonly<Record<string, readonly Outcome[]>> = {
    a: ['ok', 'ok'],
    e: ['http 503'],
    x: ['refused', 'reset', 'timeout', 'refused'],
    b: ['ok', 'refused', 'refused', 'refused'],
    s: ['aborted'],
  };
  for (const [second, letter] of [...story].entries())
    for (const outcome of kinds[letter] ?? [])
      timings.operation('meeting.get').record(outcome, second * 1000 + 100, second * 1000 + 500);
  // The delivery of an event is not an answer of the service.
  timings.operation('event.delivery').record('ok', 100, 200);
  return new MergedTimings([timings.encode(story.length * 1000)]);
}

const cases: [story: string, found: { fromS: number; toS: number | null; unanswered: number }[]][] = [
  ['aaaa', []],
  ['aaxxxaa', [{ fromS: 2, toS: 5, unanswered: 12 }]],
  ['aax..xaa', [{ fromS: 2, toS: 6, unanswered: 8 }]],
  ['aaxxx', [{ fromS: 2, toS: null, unanswered: 12 }]],
  [
    'xxaxxa',
    [
      { fromS: 0, toS: 2, unanswered: 8 },
      { fromS: 3, toS: 5, unanswered: 8 },
    ],
  ],
  // One bad second, errors that are answers, and seconds in which some calls were answered.
  ['aaxaa', []],
  ['aaeeeaa', []],
  ['aabbbaa', []],
  ['aa...aa', []],
  ['aasssaa', []],
];
for (const [story, found] of cases)
  test(`finds ${found.length} outages in "${story}"`, () => {
    expect(outagesIn(seconds(story).windows)).toEqual(found);
  });

test('describes an outage in one line, and the connections in another', () => {
  const timings = seconds('aaxxxaa');
  expect(outageNotes(timings, 0)).toEqual(['No answer from 0:02 to 0:05 (12 calls).']);
  expect(outageNotes(seconds('aaaa'), 0)).toEqual([]);
  expect(outageNotes(seconds('aaxx'), 1)).toEqual([
    'No answer from 0:02 until the end (8 calls).',
    '1 connection was lost, 0 came back.',
  ]);
  const returned = new Timings(0);
  returned.operation('room.return').record('ok', 1000, 7100);
  returned.operation('room.return').record('timeout', 1000, 9000);
  expect(outageNotes(new MergedTimings([returned.encode(10_000)]), 2)).toEqual([
    '2 connections were lost, 1 came back (the slowest after 6.1 s).',
  ]);
});
