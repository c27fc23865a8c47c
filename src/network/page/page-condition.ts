import { systemClock } from '../../kernel/clock.ts';

/** The layer at which the traffic of a page is impaired: a lost request is not a lost packet. */
export type PageLayer = 'http-route' | 'ws-frames' | 'cdp' | 'webrtc';

/** A condition of a page, which applies until it is undone. */
export interface PageCondition<Achieved> extends AsyncDisposable {
  /** Where the traffic is impaired. */
  readonly layer: PageLayer;
  /** The settings, in one sentence. */
  readonly description: string;
  /** The measured effect up to now, or up to the end of the condition. */
  achieved(): Promise<Achieved>;
  /** Ends the condition. May be called more than once, and after the page is closed. */
  undo(): Promise<void>;
}

interface Workings<Achieved> {
  readonly layer: PageLayer;
  readonly description: string;
  /** After this time, the condition ends by itself. */
  readonly ttlMs?: number | undefined;
  readonly achieved: () => Achieved | Promise<Achieved>;
  readonly undo: () => Promise<void>;
}

/** Makes the handle of a condition. Its `undo` runs once, and runs by itself after the time to live. */
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

/** Waits until the clock is at `due`, or until the condition is undone. */
export async function pauseUntil(due: number, undone: AbortSignal): Promise<void> {
  try {
    await systemClock.until(due, undone);
  } catch (error) {
    if (!undone.aborted) throw error;
  }
}
