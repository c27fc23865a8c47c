import type { Capacity } from '../../capacity/evidence.ts';
import { keepCapacity } from '../../results/evidence/keep-capacity.ts';

/**
 * Saves a search on disk after each of its levels, one write after the other. A write that fails is not reported: the
 * coordinator has the levels too, and the verdict saves them again.
 */
export function keptOnDisk(runId: string): {
  keep(crowd: string, capacity: Capacity): void;
  written(): Promise<void>;
} {
  let queue: Promise<unknown> = Promise.resolve();
  return {
    keep(crowd, capacity) {
      queue = queue.then(() => keepCapacity(runId, crowd, capacity)).catch(() => undefined);
    },
    async written() {
      await queue;
    },
  };
}
