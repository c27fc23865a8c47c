import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Long for a case that takes milliseconds, also on a busy machine. */
export const CASE_LIMIT_MS = 10_000;

/**
 * Ends this process, and prints the input, when a case blocks the event loop, such as a regular expression that backtracks
 * endlessly. A case that waits endlessly is found by a timer.
 */
export interface Watch {
  begin(input: string): void;
  end(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function watch(limitMs = CASE_LIMIT_MS): Promise<Watch> {
  const worker = new Worker(new URL('watch-thread.mjs', import.meta.url), { workerData: limitMs });
  await once(worker, 'message');
  return {
    begin: (input) => worker.postMessage(input),
    end: () => worker.postMessage(null),
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}
