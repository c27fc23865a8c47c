import { expect, test } from '@playwright/test';
import { reasonText } from '../../../src/history/reason.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { History } from '../../../src/history/store.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import { deployedFindings } from '../conduct/deployed-findings.ts';
import { filesIn } from './all-phases.ts';
import { run } from './run.ts';

interface Judged {
  readonly experiment: { readonly title: string };
  readonly fullhouse: {
    readonly verdict: string;
    readonly findings: readonly { readonly message: string }[];
  };
}

test.describe('a run of all phases on a service in the deployed style', () => {
  test.setTimeout(1_500_000);

  test('fails only by the known conduct findings, and explains what is not applicable', async ({}, testInfo) => {
    const HISTORY_FOLDER = testInfo.outputPath('history');
    const settings = {
      SERVICE_STYLE: 'deployed',
      CONCURRENT_USERS: '10',
      TEST_DURATION: '5',
      HISTORY_FOLDER,
    };
    const { code, output, summary } = await run({ ...settings, TARGETS: '' }, ['--workers=2']);
    await testInfo.attach('output', { body: output, contentType: 'text/plain' });
    const { records } = await new History(HISTORY_FOLDER).read();
    for (const kind of ['load', 'chaos', 'bench'] as const) {
      const { verdict, reasons } = recordOf(kind, records);
      // A busy machine may make a phase inconclusive. That is not a finding about the service.
      expect(['passed', 'inconclusive'], `${kind}\n${reasons.map(reasonText).join('\n')}`).toContain(verdict);
      if (verdict === 'inconclusive') expect(reasons).not.toEqual([]);
    }

    const folder = runFolder(summary!.run.id);
    const journals = (filesIn(`${folder}/chaos`) as Partial<Judged>[]).filter(
      (one): one is Judged => one.fullhouse !== undefined,
    );
    const verdicts = journals.map(({ experiment, fullhouse }) => `${fullhouse.verdict}: ${experiment.title}`);
    expect(verdicts.filter((one) => one.startsWith('failed'))).toEqual([]);
    expect(verdicts.filter((one) => one.startsWith('passed'))).not.toEqual([]);
    // The deployed style has no page, so experiments with pages are not applicable.
    const notApplicable = journals.filter(({ fullhouse }) => fullhouse.verdict === 'not applicable');
    expect(output).toContain('not applicable');
    for (const { experiment, fullhouse } of notApplicable)
      expect(fullhouse.findings.map(({ message }) => message).join(), experiment.title).not.toBe('');

    const conduct = recordOf('conduct', records);
    const found = conduct.checks.filter(({ verdict }) => verdict === 'failed');
    expect(
      Object.fromEntries(found.map(({ scope, message }) => [scope, message.split(', ').sort()])),
    ).toEqual(deployedFindings);
    expect(code).toBe(1);
  });
});

function recordOf(kind: HistoryRecord['kind'], records: readonly HistoryRecord[]): HistoryRecord {
  const own = records.filter((record) => record.kind === kind);
  expect(own, kind).toHaveLength(1);
  return own[0]!;
}
