import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { checkSummary, countMistakes, verdictMistakes } from '../../../.ci/check-summary.mjs';
import { reasonText } from '../../../src/history/reason.ts';
import type { Summary } from '../../../src/results/summary/schema.ts';
import { answersOf } from '../../../src/views/answers.ts';
import { resultBlock } from '../../../src/views/console/result-block.ts';
import { verdictBlock } from '../../../src/views/console/verdict-block.ts';
import { health, latencies } from '../crowd/slice-reports.ts';
import { fine, record, report, summaryOf } from '../results/summary/crowd-records.ts';
import { busy, busyText, good, inconclusive, printed } from './ci-summary.ts';
import { test } from './folder.ts';

/** The text with a change in one place. */
function damaged(text: string, from: string | RegExp, to: string): string {
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  return changed;
}

const damages: [string, string | RegExp, string, string][] = [
  ['another schema version', 'summary/2', 'summary/1', 'schema: fullhouse/summary/1 and fullhouse/summary/2'],
  ['a missing failure', '"failed":1', '"failed":0', 'successful and failed, and total: 4 and 5'],
  ['a missing outcome', '"timeout":1', '"timeout":0', 'meeting.leave, total and outcomes: 3 and 2'],
  ['a missing operation', '"action","total":2', '"observation","total":2', 'actions and total: 3 and 5'],
  ['a missing second', '{"total":4}', '{"total":3}', 'seconds and total: 4 and 5'],
  ['a missing latency', '"latency":{"count":4}', '"latency":null', 'latencies and successes: 0 and 4'],
  [
    'a missing record of a slice',
    '"recorded":7',
    '"recorded":6',
    'what the slices recorded and all outcomes: 12 and 13',
  ],
  ['a session without an end', '"started":2', '"started":3', 'sessions that started and that ended: 3 and 2'],
  [
    'a run without a completed session',
    '"completed":1,"gaveUp":{"leave":1}',
    '"completed":0,"gaveUp":{"leave":2}',
    'no session was completed',
  ],
  ['a lost slice', '"state":"finished"', '"state":"lost"', 'a slice did not finish'],
  [
    'a run without calls',
    /"(total|successful|failed|count|ok|timeout|recorded)":\d+/g,
    '"$1":0',
    'nothing was measured',
  ],
];

for (const [verdict, text] of [
  ['passed', good],
  ['inconclusive', inconclusive],
] as const)
  test.describe(`the check of the counts of a run with the verdict ${verdict}`, () => {
    test('accepts counts that add up', () => expect(countMistakes(JSON.parse(text))).toEqual([]));
    for (const [title, from, to, said] of damages)
      test(`reports ${title}`, () =>
        expect(countMistakes(JSON.parse(damaged(text, from, to)))).toContain(said));
  });

test('the check of the counts includes drained calls and calls that a generator limit prevented', () => {
  const drained = JSON.parse(good);
  drained.latency.count = 3;
  drained.totals.drained = 1;
  drained.operations['meeting.leave'].outcomes['generator limit'] = 2;
  drained.slices[0].recorded += 2;
  drained.sessions.started += 1;
  drained.sessions.limited = 1;
  expect(countMistakes(drained)).toEqual([]);
  drained.totals.drained = 2;
  expect(countMistakes(drained)).toEqual(['latencies and successes: 5 and 4']);
});

test.describe('the check of verdict, output and exit code', () => {
  const passed = { code: 0, output: printed('PASSED') };
  const unsure = { code: 2, output: printed('INCONCLUSIVE', [busyText]) };
  const check = (text: string, ended: { code: number; output: string }) =>
    verdictMistakes(JSON.parse(text), ended);

  test('accepts a passed run with exit code 0 and an inconclusive run with its reason and 2', () => {
    expect(check(good, passed)).toEqual([]);
    expect(check(good, { ...passed, output: `\x1b[32m${printed('PASSED')}\x1b[39m` })).toEqual([]);
    expect(check(inconclusive, unsure)).toEqual([]);
  });

  test('reports a failed or interrupted run with its reason', () => {
    for (const verdict of ['failed', 'interrupted']) {
      const text = damaged(
        damaged(good, '"passed"', `"${verdict}"`),
        '"reasons":[]',
        '"reasons":[{"kind":"other","message":"why"}]',
      );
      const ended = { code: 1, output: printed(verdict.toUpperCase(), ['why']) };
      expect(check(text, ended)).toEqual([`verdict: ${verdict}`, 'reason: why']);
    }
  });

  const endings: [string, string, { code: number; output: string }, string][] = [
    ['a passed run with exit code 1', good, { ...passed, code: 1 }, 'verdict passed, exit code: 1 and 0'],
    [
      'an inconclusive run with exit code 0',
      inconclusive,
      { ...unsure, code: 0 },
      'verdict inconclusive, exit code: 0 and 2',
    ],
    [
      'output with another verdict',
      good,
      { ...passed, output: unsure.output },
      'printed: passed and inconclusive',
    ],
    [
      'output without a verdict',
      good,
      { ...passed, output: 'Report   a/a/summary.md' },
      'printed: passed and nothing',
    ],
    [
      'output with two verdicts',
      good,
      { ...passed, output: printed('PASSED') + printed('INCONCLUSIVE') },
      'printed: passed and passed, inconclusive',
    ],
    [
      'output without the reason',
      inconclusive,
      { ...unsure, output: printed('INCONCLUSIVE') },
      `not printed: ${busy.message}`,
    ],
    [
      'output that names the report of another run',
      good,
      { ...passed, output: passed.output.replace('runs/a', 'runs/b') },
      'the output names no report of run a',
    ],
  ];
  for (const [title, text, ended, said] of endings)
    test(`reports ${title}`, () => expect(check(text, ended)).toEqual([expect.stringContaining(said)]));

  const passes: [string, string | RegExp, string, string][] = [
    [
      'with a reason',
      '"reasons":[]',
      '"reasons":[{"kind":"other","message":"busy"}]',
      'passed, with the reason: busy',
    ],
    [
      'with a failed self-check',
      '"ok":true,"findings"',
      '"ok":false,"findings"',
      'selfCheck.ok: false and true',
    ],
    [
      'with a finding',
      '"ok":true,"spoils"',
      '"ok":false,"spoils"',
      'passed, though the self-check found: late arrivals',
    ],
    ['with a missed target', '"met"', '"missed"', 'passed without target p95 < 500 ms'],
    ['without a target', /"targets":\[.*?\]/, '"targets":[]', 'passed without a target'],
  ];
  for (const [title, from, to, said] of passes)
    test(`reports a passed run ${title}`, () => {
      expect(check(damaged(good, from, to), passed)).toContainEqual(expect.stringContaining(said));
    });
});

test.describe('the check of an inconclusive run', () => {
  const late = { check: 'late arrivals', ok: false, spoils: 'load' };
  const pages = { check: 'CPU of all browsers', ok: false, spoils: 'pages' };
  const blocked = { check: 'longest time', ok: false, spoils: 'connections' };
  const about = (subject: string, kind = 'target missed') => ({ kind, subject, message: subject });
  const slowPages = about('CPU of all browsers', 'load generator');
  const slowPings = about('longest time', 'load generator');
  const within = { value: 900, limit: 500, bracket: { low: 490, high: 900 } };
  const target = (state: string, over: object = {}) => ({
    target: 'p95',
    statistic: 'p95',
    state,
    value: 900,
    unit: 'ms',
    ...over,
  });
  const mistakes = (over: object) => {
    const summary = { ...JSON.parse(inconclusive), ...over };
    return verdictMistakes(summary, {
      code: 2,
      output: printed('INCONCLUSIVE', summary.reasons.map(reasonText)),
    });
  };

  const accepted: [string, object][] = [
    [
      'a target with too few samples',
      { reasons: [busy, about('p95', 'target inconclusive')], targets: [target('inconclusive')] },
    ],
    [
      'a latency whose bracket contains the limit, without a finding',
      {
        selfCheck: { ok: true, findings: [] },
        reasons: [about('p95', 'target inconclusive')],
        targets: [target('inconclusive', within)],
      },
    ],
    [
      'late pages',
      {
        selfCheck: { ok: false, findings: [pages] },
        reasons: [about('page.join error rate < 1 %'), slowPages],
        targets: [
          target('missed', { target: 'page.join error rate < 1 %', operation: 'page.join', value: null }),
        ],
      },
    ],
    [
      'connections lost because of late pings',
      {
        selfCheck: { ok: false, findings: [blocked] },
        reasons: [about('connections lost <= 1 %'), slowPings],
        targets: [target('missed', { target: 'connections lost <= 1 %', statistic: 'connections lost' })],
      },
    ],
  ];
  for (const [title, over] of accepted)
    test(`accepts the reason: ${title}`, () => expect(mistakes(over)).toEqual([]));

  const unexplained = 'inconclusive, with a reason that the self-check does not explain: ';
  const refused: [string, object, string][] = [
    [
      'too few samples without a finding of the self-check',
      {
        selfCheck: { ok: true, findings: [] },
        reasons: [about('p95', 'target inconclusive')],
        targets: [target('inconclusive')],
      },
      'inconclusive, and neither a finding of the self-check nor the bracket of a target gives the reason',
    ],
    [
      'a limit outside the bracket of the latency',
      {
        selfCheck: { ok: true, findings: [] },
        reasons: [about('p95', 'target inconclusive')],
        targets: [target('inconclusive', { ...within, bracket: { low: 510, high: 900 } })],
      },
      'inconclusive, and neither a finding of the self-check nor the bracket of a target gives the reason',
    ],
    [
      'a failed self-check without a finding',
      { selfCheck: { ok: false, findings: [] } },
      'inconclusive, and selfCheck.ok: false and true',
    ],
    [
      'a finding that no reason names',
      { reasons: [] },
      'inconclusive, and no reason names the finding: late arrivals',
    ],
    [
      'a reason that names a finding without a problem',
      {
        selfCheck: { ok: false, findings: [late, { ...pages, ok: true }] },
        reasons: [busy, slowPages],
      },
      `${unexplained}${slowPages.message}`,
    ],
    [
      'a run that was stopped early',
      { reasons: [busy, about('by hand', 'stopped early')] },
      `${unexplained}by hand`,
    ],
    [
      'errors of the service',
      {
        reasons: [about('error rate < 1 %'), busy],
        targets: [target('missed', { target: 'error rate < 1 %', value: 20, unit: '%' })],
      },
      `${unexplained}error rate < 1 %`,
    ],
    [
      'a service without any answer',
      { reasons: [about('p95'), busy], targets: [target('missed', { value: null })] },
      `${unexplained}p95`,
    ],
    [
      'a missed latency target, which no finding excuses',
      {
        selfCheck: { ok: false, findings: [late] },
        reasons: [about('p95'), busy],
        targets: [target('missed')],
      },
      `${unexplained}p95`,
    ],
    [
      'a reason that names a met target',
      { reasons: [busy, about('p95', 'target inconclusive')], targets: [target('met')] },
      `${unexplained}p95`,
    ],
  ];
  for (const [title, over, said] of refused)
    test(`refuses ${title}`, () => expect(mistakes(over)).toContain(said));
});

test.describe('the check of a summary that the harness made', () => {
  const late = { health: health({ lateArrivals: latencies([400]).encode() }) };
  const blocked = { health: health({ loopDelayMaxMs: 21_000 }), drops: { 'ping timeout': 3 } };
  const connected = [{}, { name: 'socket.connect', count: 10 }];
  const unsure = [{ latencyMs: 150, widthMs: 100 }];
  const cases: [string, Summary, number][] = [
    ['passed', summaryOf(record(fine())), 0],
    ['inconclusive', summaryOf(record([report(1, [{}], late), report(2, [{}])])), 2],
    ['inconclusive', summaryOf(record([report(1, unsure), report(2, unsure)])), 2],
    [
      'inconclusive',
      summaryOf(record([report(1, connected, blocked), report(2, [{}])]), 'connections lost <= 1 %'),
      2,
    ],
    ['inconclusive', summaryOf(record([report(1, [{ count: 5 }], late), report(2, [{ count: 5 }])])), 2],
  ];
  const nothing = {
    runId: 'run',
    answers: [],
    experiments: [],
    benchmarks: [],
    facts: undefined,
    asked: undefined,
  };
  const outputOf = (summary: Summary) =>
    [
      ...resultBlock(summary),
      `Report   reports/runs/${summary.run.id}/summary.md (and summary.json)`,
      ...verdictBlock(answersOf({ ...nothing, crowds: [{ summary }] })),
    ].join('\n');

  for (const [index, [verdict, summary, code]] of cases.entries())
    test(`accepts case ${index + 1}: ${[verdict, ...summary.reasons.map(reasonText)].join('; ')}`, () => {
      expect(summary.verdict).toBe(verdict);
      expect(verdictMistakes(summary, { code, output: outputOf(summary) })).toEqual([]);
      const counts = countMistakes(summary).filter((mistake) => !/session/.test(mistake)); // these have none
      expect(counts).toEqual([]);
    });

  test('refuses case 6: a run without a target', () => {
    const summary = summaryOf(record(fine()), '');
    expect(summary.verdict).toBe('inconclusive');
    expect(verdictMistakes(summary, { code: 2, output: outputOf(summary) })).toContain(
      'inconclusive, with a reason that the self-check does not explain: no target was judged',
    );
  });
});

test.describe('the choice of the checked summary', () => {
  const check = (folder: string, since = 0) =>
    checkSummary({ folder: join(folder, 'runs'), since, code: 0, output: printed('PASSED') });
  function write(folder: string, text: string, run = 'runs/a') {
    mkdirSync(join(folder, run), { recursive: true });
    writeFileSync(join(folder, run, 'summary.json'), text);
    return join(folder, run, 'summary.json');
  }

  test('prints the path and the verdict of a correct summary', ({ folder }) => {
    const path = write(folder, good);
    expect(check(folder)).toEqual({ ok: true, lines: [path, 'passed; 5 calls of 2 sessions add up.'] });
    write(folder, inconclusive);
    const ended = { code: 2, output: printed('INCONCLUSIVE', [busyText]) };
    expect(checkSummary({ folder, since: 0, ...ended })).toEqual({
      ok: true,
      lines: [path, 'inconclusive; 5 calls of 2 sessions add up.', `  ${busyText}`],
    });
  });

  test('reports mistakes of both the counts and the verdict', ({ folder }) => {
    const path = write(folder, damaged(damaged(good, '"failed":1', '"failed":0'), '"met"', '"missed"'));
    expect(check(folder)).toEqual({
      ok: false,
      lines: [
        path,
        'wrong: successful and failed, and total: 4 and 5',
        'wrong: passed without target p95 < 500 ms',
      ],
    });
  });

  test('reports a missing summary, and ignores summaries of earlier runs', ({ folder }) => {
    const none = { ok: false, lines: [expect.stringContaining('No summary.json')] };
    expect(check(folder)).toEqual(none);
    const path = write(folder, good);
    const then = new Date('2026-01-01T00:00:00Z');
    utimesSync(path, then, then);
    expect(check(folder, then.getTime() + 1)).toEqual(none);
    expect(check(folder, then.getTime()).ok).toBe(true);
  });

  test('checks the newest summary, also in a run with several crowds', ({ folder }) => {
    write(folder, good);
    const path = write(folder, damaged(good, '"passed"', '"failed"'), 'runs/b/crowd');
    const later = new Date(Date.now() + 60_000);
    utimesSync(path, later, later);
    expect(check(folder)).toMatchObject({
      ok: false,
      lines: expect.arrayContaining(['wrong: verdict: failed']),
    });
  });

  test('reports a summary that is not JSON', ({ folder }) => {
    write(folder, good.slice(0, -9));
    expect(check(folder)).toMatchObject({
      ok: false,
      lines: [/./, /^wrong: it is not JSON/].map(expect.stringMatching),
    });
  });
});
