import type { Alert } from '../../../src/alerts/alert.ts';
import { alertOf } from '../../../src/alerts/alert-of.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { bench, chaos, check, load, missed, missedReason, nights, regression, slow } from './records.ts';

/** The alert of these records, after these earlier ones. */
export function alertFor(
  records: readonly HistoryRecord[],
  earlier: readonly HistoryRecord[] = [],
  reports: readonly string[] = ['reports/runs/20261123-140000-abcd/summary.md'],
): Alert {
  const alert = alertOf({ records, earlier, reports, when: 'always' });
  if (alert === undefined) throw new Error('there is no record');
  return alert;
}

/** An alert with an item of each kind. */
export function mixed(reports?: readonly string[]): Alert {
  const was = nights(bench([regression({ metric: 'health p50' })]), slow());
  return alertFor(
    [
      slow({ reasons: [missedReason(), { kind: 'slice lost', message: 'slice 2 was lost' }] }),
      chaos([check('failed'), check('inconclusive', 'capacity')]),
      bench([regression()]),
    ],
    was,
    reports,
  );
}

/** A run with `count` failed checks, each with a message of `length` characters. */
export function many(count: number, length = 60): Alert {
  return alertFor([
    chaos(
      Array.from({ length: count }, (_, index) => ({
        ...check('failed', `check ${index}`),
        message: '&'.repeat(length),
      })),
    ),
  ]);
}

/** Records with this external text in every text field. */
export function hostile(text: string): Alert {
  return alertFor(
    [
      load({
        name: text,
        service: text,
        commit: text,
        verdict: 'failed',
        targets: [missed({ target: text, value: 2, limit: 1 })],
        reasons: [{ kind: 'other', message: `problem ${text.replaceAll('o', '0')}` }],
      }),
      chaos([{ scope: text, check: text, verdict: 'failed', message: text }]),
      bench([regression({ metric: text })]),
    ],
    [],
    [text, `https://example.com/${text}`],
  );
}
