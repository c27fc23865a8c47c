/**
 * By these a run is asked to end: Ctrl-C in a terminal, the stop of a container or a job that was cancelled, and a terminal
 * that was closed. Playwright knows only the first one, and dies of the others with its work half done.
 */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A terminal sends a signal to each process of the group, and npm passes it on as well: together they are one request. */
const ONE_REQUEST_MS = 1000;

/** The exit code after Ctrl-C, as shells and Playwright write it. */
const INTERRUPTED = 130;

export interface Ending {
  /** What is printed at the first request, and at the second one. */
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

/** From now on there is something to finish: a signal before ends the process at once. */
export function runBegins(): void {
  hasBegun = true;
}

/**
 * Lets the main process of a run end in the same way after each signal. The first request is SIGINT as Playwright knows it:
 * participants leave, and the reports are written. The second request ends the process at once: what the run started ends
 * with its owner, and the evidence is on disk (see `reporters/evidence/progress.ts`).
 */
export function endOnSignals({ first, second, now }: Ending, main: Signalled = process): void {
  let lastAt = Number.NEGATIVE_INFINITY;
  let requests = 0;
  main.on('SIGINT', () => {
    const isNew = now() - lastAt > ONE_REQUEST_MS;
    lastAt = now();
    if (!isNew) return;
    if (!hasBegun) return main.exit(INTERRUPTED);
    requests += 1;
    console.error(`\n${requests === 1 ? first : second}`);
    if (requests > 1) main.exit(INTERRUPTED);
  });
  for (const signal of ENDING.slice(1)) main.on(signal, () => void main.emit('SIGINT', 'SIGINT'));
}

/** Lets a worker finish what it is at: the main process, which gets the same signal, tells it when to end. */
export function leaveSignalsToOwner(): void {
  for (const signal of ENDING) process.on(signal, () => undefined);
}
