import { systemClock } from '../../kernel/clock.ts';

/** Where a page's traffic is impaired. Results name the layer: a lost request is not a lost packet. */
export type PageLayer = 'http-route' | 'ws-frames' | 'cdp' | 'webrtc';

/** One condition that is in force on a page until it is undone. */
export interface PageCondition<Achieved> extends AsyncDisposable {
  readonly layer: PageLayer;
  /** What was set, in one sentence. */
  readonly description: string;
  /** What it did up to now, or up to its end. */
  achieved(): Promise<Achieved>;
  /** Takes it back. May be called more than once, and when the page is gone. */
  undo(): Promise<void>;
}

interface Workings<Achieved> {
  readonly layer: PageLayer;
  readonly description: string;
  /** After this time the condition is undone by itself, whatever the test does. */
  readonly ttlMs?: number | undefined;
  readonly achieved: () => Achieved | Promise<Achieved>;
  readonly undo: () => Promise<void>;
}

/** Makes a handle whose `undo` works once, also by itself after the time to live. */
export function inForce<Achieved>(workings: Workings<Achieved>): PageCondition<Achieved> {
  const { layer, description, ttlMs, achieved } = workings;
  let undone: Promise<void> | undefined;
  const undo = () => {
    clearTimeout(timer);
    undone ??= workings.undo();
    return undone;
  };
  const timer =
    ttlMs === undefined
      ? undefined
      : setTimeout(() => {
          // A later call of `undo` reports the failure.
          undo().catch(() => undefined);
        }, ttlMs).unref();
  return {
    layer,
    description,
    achieved: async () => achieved(),
    undo,
    [Symbol.asyncDispose]: undo,
  };
}

/** Waits until this instant of the clock, or until the condition is undone. */
export async function pauseUntil(due: number, undone: AbortSignal): Promise<void> {
  try {
    await systemClock.until(due, undone);
  } catch (error) {
    if (!undone.aborted) throw error;
  }
}
