import { expect, test } from '@playwright/test';
import { whyLost } from '../../../src/crowd/lost-slice.ts';
import type { SliceReport } from '../../../src/crowd/slice-report.ts';
import { sliceReport } from './slice-reports.ts';

const MIB = 1024 * 1024;

function heldBy(peakMib: number, limitMib = 100): SliceReport[] {
  const report = sliceReport({ slice: 1 });
  const heap = { peakBytes: peakMib * MIB, limitBytes: limitMib * MIB };
  return [{ ...report, health: { ...report.health, memoryPeakBytes: 192 * MIB, heap } }];
}

test('names a nearly full heap as a possible reason for a lost worker', () => {
  expect(whyLost({ reports: heldBy(92) }, 1)).toContain(
    'it held 92 MiB of at most 100 MiB. Use more workers',
  );
  expect(whyLost({ reports: heldBy(40) }, 1)).toBe('');
  expect(whyLost({ reports: heldBy(92) }, 2)).toBe('');
});

test('names an out-of-memory kill with the limit and the memory of the lost worker', () => {
  const outOfMemory = { kills: 1, limitBytes: 330 * MIB };
  expect(whyLost({ reports: heldBy(40), outOfMemory }, 1)).toBe(
    '. The kernel ended a process because no memory was left (the limit of this run is 330 MiB), the worker held 192 MiB at its last report. Raise the limit, or use more machines or fewer users',
  );
  // The worker ended before its first report.
  expect(whyLost({ reports: [], outOfMemory: { kills: 2, limitBytes: null } }, 1)).toBe(
    '. The kernel ended 2 processes because no memory was left. Raise the limit, or use more machines or fewer users',
  );
});
