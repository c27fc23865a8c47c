import { expect, test } from '@playwright/test';
import { resultBlock } from '../../../src/views/console/result-block.ts';
import { markdown } from '../../../src/views/markdown/summary-markdown.ts';
import { fine, record, report, summaryOf } from '../results/summary/crowd-records.ts';

const failing = () =>
  summaryOf(
    record([
      report(1, [{}, { name: 'meeting.leave', outcome: 'http 500', count: 24 }]),
      report(2, [{ outcome: 'timeout', count: 3 }], { drops: { 'transport close': 4 } }),
    ]),
  );

test.describe('the failures of a load run', () => {
  test('are listed by frequency on the console and in summary.md', () => {
    const console = resultBlock(failing());
    const from = console.indexOf('Failures');
    const lines = [
      '24 × meeting.leave http 500',
      '3 × meeting.get timeout',
      'connections dropped: 4 × transport close',
    ];
    expect(console.slice(from + 1, from + 4)).toEqual(lines.map((line) => `  ${line}`));
    expect(markdown(failing())).toContain(
      ['## Failures', '', ...lines.map((line) => `- ${line}`)].join('\n'),
    );
  });

  test('have no section if no call failed', () => {
    const summary = summaryOf(record(fine()));
    expect(resultBlock(summary)).not.toContain('Failures');
    expect(markdown(summary)).not.toContain('Failures');
  });
});
