import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { test as base } from '@playwright/test';
import type { CrowdRecord } from '../../../src/crowd/coordinator/messages.ts';
import { keepCrowd } from '../../../src/results/evidence/keep.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import { circumstances, fine, record } from '../results/summary/crowd-records.ts';

/** A test may end before the last write of its run. */
const kept = new Set<string>();
process.on('exit', () => {
  for (const id of kept) rmSync(runFolder(id), { recursive: true, force: true });
});

/** A run that is only a folder. */
export interface KeptRun {
  readonly id: string;
  readonly folder: string;
  /** Saves a crowd like a verdict, with the reports of slices that have not saved their own. */
  keep(crowd?: CrowdRecord, targets?: string, settings?: object): ReturnType<typeof keepCrowd>;
}

export const test = base.extend<{ keptRun: KeptRun }>({
  keptRun: async ({}, use) => {
    // Older than every real run, so that no command uses it as the last run.
    const id = `00000000-000000-${randomBytes(4).toString('hex')}`;
    kept.add(id);
    await use({
      id,
      folder: runFolder(id),
      keep(crowd = record(fine()), targets, settings) {
        const { facts, ...rest } = circumstances(targets, settings);
        return keepCrowd(crowd, { ...rest, facts: { ...facts, runId: id } });
      },
    });
    rmSync(runFolder(id), { recursive: true, force: true });
  },
});
