import { expect, test } from '@playwright/test';
import { reasonText } from '../../../src/history/reason.ts';
import { History } from '../../../src/history/store.ts';
import { kernelLayerAvailable } from '../../../src/network/kernel/kernel-layer.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import { phaseMistakes, timesOf } from './all-phases.ts';
import { run } from './run.ts';

const kernel = kernelLayerAvailable();

test.describe('a run of everything, whose load is asked for the impossible', () => {
  // Whole experiments, one at a time: about five minutes where nothing else runs.
  test.setTimeout(1_200_000);

  test('ends with 1; the load failed, the other phases did not; one phase after the other, none skipped', async ({}, testInfo) => {
    // Without root and nftables, the link's model loses the packets, and all else is the same.
    if (!kernel.ok) testInfo.annotations.push({ type: 'not the kernel layer', description: kernel.why });
    const HISTORY_FOLDER = testInfo.outputPath('history');
    const settings = {
      HISTORY_FOLDER,
      NETWORK_LAYER: 'kernel',
      CONCURRENT_USERS: '10',
      TEST_DURATION: '5',
      TARGETS: 'error rate < 0 %',
    };
    const { code, output, summary } = await run(settings, ['--workers=2']);
    await testInfo.attach('output', { body: output, contentType: 'text/plain' });
    const { records, damaged } = await new History(HISTORY_FOLDER).read();
    expect(damaged).toEqual([]);
    expect(phaseMistakes({ code, records, ...timesOf(runFolder(summary!.run.id)) })).toEqual([]);
    expect(records.map(({ runId }) => runId)).toEqual(records.map(() => summary!.run.id));
    // What was inconclusive is in the report, and printed with its reason.
    for (const { kind, verdict, reasons } of records.filter((one) => one.verdict === 'inconclusive'))
      testInfo.annotations.push({
        type: `${kind}: ${verdict}`,
        description: reasons.map(reasonText).join('\n'),
      });
  });
});
