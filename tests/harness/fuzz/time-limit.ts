import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Long for a case that takes milliseconds, on a busy machine too. */
export const CASE_LIMIT_MS = 10_000;

/**
 * Ends this process, and prints the input, when a case never gives the event loop back, as a regular expression that
 * backtracks for ever. A case that waits for ever is not meant: a timer finds it.
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
