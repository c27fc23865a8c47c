import type { Clock } from '../kernel/clock.ts';
import type { Outcome } from '../timings/outcome.ts';
import type { ReconnectPolicy } from './reconnect-policy.ts';

/**
 * The steps of a client after reconnection. It enters the room first, so that no event is lost while it reads the
 * state.
 */
export interface ComeBack {
  enter(): Promise<Outcome>;
  /** The service has removed this participant in the meantime. */
  rejoin(): Promise<unknown>;
  /** Takes over the whole state; false when that failed. */
  resync(): Promise<boolean>;
  /** All steps are done, after a connection that was lost at `lostAt`. */
  done?(lostAt: number): void;
}

interface RoomReturnOptions {
  readonly clock: Clock;
  /** The longest time for one attempt to open the connection. */
  readonly timeoutMs: number;
  isConnected(): boolean;
  /** Begins one attempt to open the connection; `opened` receives how it ended. */
  open(): void;
  /** Sends the first message of a connection; returns why it failed. */
  introduce(): Promise<Error | undefined>;
  attempted(): void;
}

/** The pause between two attempts to enter the room or read the state while connected; doubled each time. */
const RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;

/** The return of one participant after a lost connection: reopen it, enter the room, read the state. */
export class RoomReturn {
  /** When the connection was lost, until the participant is back. */
  lostAt: number | undefined;
  readonly #options: RoomReturnOptions;
  readonly #ended = new AbortController();
  #underWay: Promise<void> = Promise.resolve();
  /** Ends the current attempt to open the connection. */
  #opened: ((isOpen: boolean) => void) | undefined;

  constructor(options: RoomReturnOptions) {
    this.#options = options;
  }

  /** Resolves when no return is in progress. */
  get finished(): Promise<void> {
    return this.#underWay;
  }

  /** An attempt to open the connection ended. */
  opened(isOpen: boolean): void {
    this.#opened?.(isOpen);
  }

  end(): void {
    this.#ended.abort();
    this.opened(false);
  }

  /** Enters the room and reads the state on a reopened connection. */
  comeBack(steps: ComeBack): void {
    this.#underWay = this.#underWay.then(() => this.#comeBack(steps));
  }

  async #comeBack({ enter, rejoin, resync, done }: ComeBack): Promise<void> {
    const { isConnected, introduce } = this.#options;
    if (await introduce()) return;
    let isInside = false;
    let waitMs = RETRY_MS;
    while (isConnected() && !this.#ended.signal.aborted) {
      const entered: Outcome = isInside ? 'ok' : await enter();
      isInside = entered === 'ok';
      if (entered === 'denied') await rejoin();
      if (isInside && (await resync()) && isConnected()) {
        const { lostAt } = this;
        this.lostAt = undefined;
        if (lostAt !== undefined) done?.(lostAt);
        return;
      }
      // The loop checks the reason when a wait ends early.
      await this.#wait(waitMs).catch(() => undefined);
      waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS);
    }
  }

  /** Opens the connection again by the contract's own backoff, for clients that do not leave it to Socket.IO. */
  async reopen({
    attempts,
    delayMs,
    factor,
    maxMs,
  }: ReconnectPolicy & { kind: 'exponential' }): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      try {
        await this.#wait(Math.min(maxMs, delayMs * factor ** (attempt - 1)));
      } catch {
        return; // ended during the wait
      }
      this.#options.attempted();
      if (await this.#open()) return;
    }
  }

  /** One attempt to open the connection again; false when it failed or took too long. */
  async #open(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const isOpen = await new Promise<boolean>((resolve) => {
      this.#opened = resolve;
      timer = setTimeout(resolve, this.#options.timeoutMs, false);
      this.#options.open();
    });
    clearTimeout(timer);
    this.#opened = undefined;
    return isOpen;
  }

  #wait(ms: number): Promise<void> {
    const { clock } = this.#options;
    return clock.until(clock.now() + ms, this.#ended.signal);
  }
}
