import { EventEmitter } from 'node:events';
import { expect, test } from '@playwright/test';
import { endOnSignals, runBegins, type Signalled } from '../../../src/run/signals.ts';

/** A main process whose signals and clock are ours. */
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
  // As Playwright listens, for Ctrl-C alone.
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
  test('end it at once while there is nothing to finish', () => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      const { exits, state, signal } = mainProcess();
      signal(name);
      expect([exits, state.printed]).toEqual([[130], []]);
    }
  });

  test('all mean what Ctrl-C means, and together they are one request', () => {
    runBegins();
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      const { exits, state, signal } = mainProcess();
      signal(name);
      // The terminal, npm and the job each send one.
      state.now += 900;
      signal('SIGINT');
      signal('SIGTERM');
      expect([exits, state.printed]).toEqual([[], ['it ends']]);
      expect(state.playwright).toBe(3);
    }
  });

  test('the second request ends it at once, with the exit code of Ctrl-C', () => {
    runBegins();
    const { exits, state, signal } = mainProcess();
    signal('SIGTERM');
    state.now += 1500;
    signal('SIGHUP');
    expect([exits, state.printed]).toEqual([[130], ['it ends', 'it ended at once']]);
  });
});
