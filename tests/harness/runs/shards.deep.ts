import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { alertSchema } from '../../../src/alerts/alert.ts';
import type { SliceReport } from '../../../src/crowd/slice-report.ts';
import { History } from '../../../src/history/store.ts';
import { ReferenceService } from '../../../src/run/reference-service.ts';
import { blobFolder } from '../../../src/run/report-folders.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import { test } from '../alerts/receiver.ts';
import { isBusy } from './honest.ts';
import { merge } from './merge.ts';
import { run } from './run.ts';

const SHARDS = 3;
const WORKERS = 2;

/** The saved reports of the slices of a run. */
function slicesOf(id: string): SliceReport[] {
  const folder = join(runFolder(id), 'evidence/meeting-sessions');
  return readdirSync(folder)
    .filter((name) => name.startsWith('slice-'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as SliceReport);
}

/** Percentiles of one operation in µs by nearest rank, from the sorted values of all histograms. */
function byHand(
  slices: readonly SliceReport[],
  operation: string,
): { count: number; at(quantile: number): number } {
  const counts = new Map<number, number>();
  for (const { timings } of slices) {
    const encoded = timings.operations[operation]?.ok;
    if (!encoded) continue;
    const histogram = decodeFromCompressedBase64(encoded.hdr, 32, false);
    // Each line has a value and the number of samples up to it.
    let below = 0;
    for (const line of histogram.outputPercentileDistribution(10_000, 1).split('\n')) {
      const [value, , upTo] = line.trim().split(/\s+/).map(Number);
      if (line.startsWith('#') || !Number.isFinite(value) || !Number.isFinite(upTo) || upTo === below)
        continue;
      counts.set(value!, (counts.get(value!) ?? 0) + upTo! - below);
      below = upTo!;
    }
  }
  const sorted = [...counts]
    .sort(([one], [other]) => one - other)
    .flatMap(([value, count]) => Array<number>(count).fill(value));
  return { count: sorted.length, at: (quantile) => sorted[Math.ceil(sorted.length * quantile) - 1]! };
}

test('three shards are merged into the summary, page, verdict and history entry of one crowd', async ({
  receiver,
}) => {
  const service = await ReferenceService.start('shards.test', { JWT_SECRET: 'change-me' });
  const blobs = mkdtempSync(join(tmpdir(), 'fullhouse-shards-'));
  const settings = {
    HISTORY_FOLDER: join(blobs, 'history'),
    BASELINES_FOLDER: join(blobs, 'baselines'),
    ALERT_WEBHOOK_URL: `${receiver.origin}/hook`,
    ALERT_WHEN: 'always',
  };
  const history = new History(settings.HISTORY_FOLDER);
  try {
    // Gives six workers on one machine enough time to start.
    const START_AT = new Date(Date.now() + 20_000).toISOString();
    const shards = await Promise.all(
      Array.from({ length: SHARDS }, (_, position) =>
        run({ MEETINGS_SERVICE_URL: service.url, START_AT, ...settings }, [
          '--project=load',
          `--workers=${WORKERS}`,
          `--shard=${position + 1}/${SHARDS}`,
        ]),
      ),
    );
    const ids = shards.map(({ summary }) => summary!.run.id);
    for (const [position, { summary, output }] of shards.entries()) {
      expect(summary).toMatchObject({
        partial: true,
        slices: [{ state: 'finished' }, { state: 'finished' }],
      });
      expect(output).toContain(`this is only shard ${position + 1} of ${SHARDS}`);
    }
    // A single shard is not added to the history and sends no alert.
    expect(await history.read()).toEqual({ records: [], damaged: [] });
    expect(receiver.received).toEqual([]);

    const two = join(blobs, 'two');
    for (const one of ids.slice(0, 2)) cpSync(blobFolder(one), two, { recursive: true });
    const incomplete = await merge(two, settings);
    expect(incomplete.code).toBe(1);
    expect(incomplete.summary).toMatchObject({ verdict: 'failed', partial: true });
    expect(incomplete.output).toContain('shard 3 is missing: its blob report was not merged');

    const three = join(blobs, 'three');
    for (const one of ids) cpSync(blobFolder(one), three, { recursive: true });
    const { code, output, id, summary } = await merge(three, settings);
    expect(ids).not.toContain(id);
    // On a busy machine, the load may miss its schedule, or the shards may start apart. The merge must then report it.
    expect(summary.verdict, output).toBe(isBusy(summary) ? 'inconclusive' : 'passed');
    expect(code).toBe(isBusy(summary) ? 2 : 0);
    expect(summary).toMatchObject({ partial: false, users: { requested: 6 }, run: { id } });
    expect(summary.slices.map(({ slice, of, state }) => ({ slice, of, state }))).toEqual(
      Array.from({ length: 6 }, (_, position) => ({ slice: position + 1, of: 6, state: 'finished' })),
    );
    expect(summary.selfCheck.findings).toContainEqual(
      expect.objectContaining({ check: expect.stringMatching(/^start skew of the shards/) }),
    );

    const all = ids.flatMap(slicesOf);
    for (const [name, { latency, total, server }] of Object.entries(summary.operations)) {
      const expected = byHand(all, name);
      expect(latency!.count, name).toBe(expected.count);
      expect(total, name).toBe(
        shards.reduce((sum, { summary: part }) => sum + (part!.operations[name]?.total ?? 0), 0),
      );
      // One service saw the calls of all three.
      if (server) expect({ name, count: server.count }).toEqual({ name, count: total });
      for (const [quantile, found] of [
        [0.5, latency!.p50],
        [0.95, latency!.p95],
      ] as const) {
        if (!('valueMs' in found)) continue;
        const error = Math.abs(found.valueMs - expected.at(quantile) / 1000) / found.valueMs;
        expect(error, `${name} ${quantile}`).toBeLessThan(0.001);
      }
    }
    expect(readFileSync(join(runFolder(id), 'index.html'), 'utf8')).toContain(id);

    // The merge of all shards replaces the entry of the merge without the third shard.
    const { records } = await history.read();
    expect(records).toMatchObject([
      { runId: id, kind: 'load', verdict: summary.verdict, settings: { shards: 3 } },
    ]);
    expect([...records[0]!.parts!].sort()).toEqual([...ids].sort());
    const messages = receiver.received.map(({ body }) => alertSchema.parse(JSON.parse(body)));
    expect(messages.map(({ run, status }) => [run.id, status])).toEqual([
      [incomplete.id, 'problem'],
      [id, isBusy(summary) ? 'problem' : 'ok'],
    ]);
    expect(existsSync(join(blobFolder(id), `${id}.zip`))).toBe(true);
  } finally {
    rmSync(blobs, { recursive: true, force: true });
    await service.stop();
  }
});
