import { EventEmitter } from 'node:events';
import { expect, test } from '@playwright/test';
import { endOnSignals, endWaitOnSignals, runBegins, type Signalled } from '../../../src/run/signals.ts';

/** A main process with controlled signals and clock. */
function mainProcess() {
  const events = new EventEmitter();
  const exits: unknown[] = [];
  const state = { now: 10_000, printed: [] as string[], playwright: 0 };
  const main = Object.assign(events, {
    exit: (code?: unknown) => {
      exits.push(code);
    },
  }) as unknown as Signalled & EventEmitter;
  const { error } = console;
  endOnSignals({ first: 'it ends', second: 'it ended at once', now: () => state.now }, main);
  // Playwright listens to Ctrl-C only.
  events.on('SIGINT', () => {
    state.playwright += 1;
  });
  return {
    exits,
    state,
    signal(name: string) {
      console.error = (text: string) => state.printed.push(text.trim());
      try {
        events.emit(name, name);
      } finally {
        console.error = error;
      }
    },
  };
}

test.describe('signals to the main process of a run', () => {
  test('end the process at once before a run begins', () => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      const { exits, state, signal } = mainProcess();
      signal(name);
      expect([exits, state.printed]).toEqual([[130], []]);
    }
  });

  test('act like Ctrl-C and count as one request when they arrive together', () => {
    runBegins();
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      const { exits, state, signal } = mainProcess();
      signal(name);
      // The terminal, npm and the job each send a signal.
      state.now += 900;
      signal('SIGINT');
      signal('SIGTERM');
      expect([exits, state.printed]).toEqual([[], ['it ends']]);
      expect(state.playwright).toBe(3);
    }
  });

  test('end the process at once with exit code 130 when they arrive again later', () => {
    runBegins();
    const { exits, state, signal } = mainProcess();
    signal('SIGTERM');
    state.now += 1500;
    signal('SIGHUP');
    expect([exits, state.printed]).toEqual([[130], ['it ends', 'it ended at once']]);
  });

  test('end only the wait of a run that is over', () => {
    let ended = 0;
    endWaitOnSignals(() => {
      ended += 1;
    });
    const { exits, state, signal } = mainProcess();
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) signal(name);
    expect([ended, exits, state.printed]).toEqual([3, [], []]);
  });
});
