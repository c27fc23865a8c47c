import { expect, test } from '@playwright/test';
import { reasonText } from '../../../src/history/reason.ts';
import { History } from '../../../src/history/store.ts';
import { kernelLayerAvailable } from '../../../src/network/kernel/kernel-layer.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import { phaseMistakes, timesOf } from './all-phases.ts';
import { run } from './run.ts';

const kernel = kernelLayerAvailable();

test.describe('a run of all phases with a load target that cannot be met', () => {
  // All experiments, one at a time, take about five minutes on an idle machine.
  test.setTimeout(1_200_000);

  test('exits with 1, fails only the load, and runs all phases one after another', async ({}, testInfo) => {
    // Without root and nftables, the model of the link drops the packets.
    if (!kernel.ok) testInfo.annotations.push({ type: 'not the kernel layer', description: kernel.why });
    const HISTORY_FOLDER = testInfo.outputPath('history');
    const settings = {
      HISTORY_FOLDER,
      NETWORK_LAYER: 'kernel',
      CONCURRENT_USERS: '10',
      TEST_DURATION: '5',
      TARGETS: 'latency p50 < 0.01 ms',
    };
    const { code, output, summary } = await run(settings, ['--workers=2']);
    await testInfo.attach('output', { body: output, contentType: 'text/plain' });
    const { records, damaged } = await new History(HISTORY_FOLDER).read();
    expect(damaged).toEqual([]);
    expect(phaseMistakes({ code, records, ...timesOf(runFolder(summary!.run.id)) })).toEqual([]);
    expect(records.map(({ runId }) => runId)).toEqual(records.map(() => summary!.run.id));
    // The test report lists inconclusive phases with their reasons.
    for (const { kind, verdict, reasons } of records.filter((one) => one.verdict === 'inconclusive'))
      testInfo.annotations.push({
        type: `${kind}: ${verdict}`,
        description: reasons.map(reasonText).join('\n'),
      });
  });
});
