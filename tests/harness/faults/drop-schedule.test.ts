import { expect, test } from '@playwright/test';
import { dropKinds } from '../../../src/checks/drops.ts';
import { dropSchedule } from '../../../src/faults/drop-schedule.ts';

const options = { seed: 1, connections: 20, dropsEach: 3, calmMs: [500, 2500] } as const;

test.describe('the drop schedule', () => {
  test('plans the same drops for the same seed, and others for another seed', () => {
    expect(dropSchedule(options)).toEqual(dropSchedule(options));
    expect(dropSchedule({ ...options, seed: 2 })).not.toEqual(dropSchedule(options));
  });

  test('plans all kinds of drops equally often, with pauses within the range', () => {
    const drops = dropSchedule(options).flat();
    const counts = Object.keys(dropKinds).map((kind) => drops.filter((drop) => drop.kind === kind).length);
    expect(counts).toEqual(Object.keys(dropKinds).map(() => 10));
    expect(drops.filter(({ afterMs }) => afterMs < 500 || afterMs > 2500)).toEqual([]);
  });
});
