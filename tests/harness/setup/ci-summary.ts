/**
 * A summary of 5 calls in 2 sessions, with the checked fields only. It is text, because each test damages its own copy.
 */
export const good = JSON.stringify({
  schema: 'fullhouse/summary/2',
  verdict: 'passed',
  reasons: [],
  run: { id: 'a' },
  totals: { total: 5, successful: 4, failed: 1 },
  latency: { count: 4 },
  operations: {
    'meeting.join': { kind: 'action', total: 2, outcomes: { ok: 2, aborted: 1 } },
    'meeting.leave': { kind: 'action', total: 3, outcomes: { ok: 2, timeout: 1 } },
    'event.delivery': { kind: 'observation', total: 7, outcomes: { ok: 7 } },
  },
  sessions: { started: 2, completed: 1, gaveUp: { leave: 1 }, cutShort: 0 },
  slices: [
    { state: 'finished', recorded: 6 },
    { state: 'finished', recorded: 7 },
  ],
  timeline: [{ total: 4 }, { total: 1 }],
  targets: [{ target: 'p95 < 500 ms', state: 'met', value: 20, unit: 'ms' }],
  selfCheck: { ok: true, findings: [{ check: 'late arrivals', ok: true, spoils: 'load' }] },
});

/** The reason of a load generator that started participants too late. */
export const busy = {
  kind: 'load generator',
  subject: 'late arrivals',
  message: 'Load generator overloaded (late arrivals 140 ms, limit 100 ms)',
  hint: 'Use more workers.',
};

/** The reason as the console prints it. */
export const busyText = `${busy.message}. ${busy.hint}`;

/** The summary from a busy machine: the verdict is inconclusive, and the self-check gives the reason. */
export const inconclusive = JSON.stringify({
  ...JSON.parse(good),
  verdict: 'inconclusive',
  reasons: [busy],
  selfCheck: { ok: false, findings: [{ check: 'late arrivals', ok: false, spoils: 'load' }] },
});

/** The last lines that a run prints. */
export function printed(verdict: string, reasons: readonly string[] = []): string {
  const mark = verdict === 'PASSED' ? '✅' : '❔';
  const said = [
    `${mark} ${verdict}: why.`,
    ...reasons.map((reason) => `   - ${reason.replace(' (', '\n     (')}`),
  ];
  return ['Report   reports/runs/a/summary.md (and summary.json)', '', ...said, ''].join('\n');
}
