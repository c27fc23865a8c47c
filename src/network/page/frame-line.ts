import { systemClock } from '../../kernel/clock.ts';
import { pauseUntil } from './page-condition.ts';

export type Frame = string | Buffer;

/** One direction of one socket. Frames leave in the order in which they arrived, also delayed frames. */
export class FrameLine {
  readonly #send: (frame: Frame) => void;
  readonly #over: AbortSignal;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  /** When `over` aborts, all waiting frames leave at once. */
  constructor(send: (frame: Frame) => void, over: AbortSignal) {
    this.#send = send;
    this.#over = over;
  }

  pass(frame: Frame, delayMs = 0, onLeave: (tookMs: number) => void = () => undefined): void {
    const came = systemClock.now();
    const leave = () => {
      this.#send(frame);
      onLeave(systemClock.now() - came);
    };
    if (delayMs === 0 && this.#waiting === 0) leave();
    else this.#queue(came + delayMs, leave);
  }

  end(close: () => Promise<void>): void {
    this.#queue(0, close);
  }

  #queue(due: number, leave: () => void | Promise<void>): void {
    this.#waiting++;
    this.#last = this.#last.then(async () => {
      await pauseUntil(due, this.#over);
      this.#waiting--;
      await leave();
    });
  }
}
