/**
 * Signals that ask a run to end: Ctrl-C in a terminal, the stop of a container or a cancelled job, and a closed
 * terminal. Playwright handles only the first one, and is killed by the others in the middle of its work.
 */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A terminal sends a signal to each process of the group, and npm forwards it too: together they are one request. */
const ONE_REQUEST_MS = 1000;

/** The exit code after Ctrl-C, as shells and Playwright write it. */
const INTERRUPTED = 130;

export interface Ending {
  /** The messages at the first request and at the second one. */
  readonly first: string;
  readonly second: string;
  readonly now: () => number;
}

/** The part of a process that handles signals. */
export type Signalled = Pick<NodeJS.Process, 'exit'> & {
  on(signal: NodeJS.Signals, act: () => void): unknown;
  emit(signal: 'SIGINT', name: 'SIGINT'): boolean;
};

let hasBegun = false;

/** From now on there is work to finish: a signal before this ends the process at once. */
export function runBegins(): void {
  hasBegun = true;
}

let endWait: (() => void) | undefined;

/** The run is over, and the process only waits: a signal ends the wait, and the exit code stays that of the run. */
export function endWaitOnSignals(act: () => void): void {
  endWait = act;
}

/**
 * Lets the main process of a run end in the same way after each signal. The first request becomes Playwright's SIGINT:
 * participants leave, and the reports are written. The second request ends the process at once: child processes end
 * with their owner, and the evidence is on disk (see `results/evidence/progress.ts`).
 */
export function endOnSignals({ first, second, now }: Ending, main: Signalled = process): void {
  let lastAt = Number.NEGATIVE_INFINITY;
  let requests = 0;
  main.on('SIGINT', () => {
    const isNew = now() - lastAt > ONE_REQUEST_MS;
    lastAt = now();
    if (endWait) return endWait();
    if (!isNew) return;
    if (!hasBegun) return main.exit(INTERRUPTED);
    requests += 1;
    console.error(`\n${requests === 1 ? first : second}`);
    if (requests > 1) main.exit(INTERRUPTED);
  });
  for (const signal of ENDING.slice(1)) main.on(signal, () => void main.emit('SIGINT', 'SIGINT'));
}

/** Lets a worker finish its work: the main process, which gets the same signal, ends it. */
export function leaveSignalsToOwner(): void {
  for (const signal of ENDING) process.on(signal, () => undefined);
}
