import type { Clock } from '../../kernel/clock.ts';
import { type Random, seeded } from '../../kernel/random.ts';
import { openRequestContext, type RequestContextKind } from '../../request-context/open.ts';
import type { RequestContext } from '../../request-context/request-context.ts';
import { WireResponse } from '../../request-context/wire-response.ts';
import { type EncodedHistogram, LatencyHistogram } from '../../timings/latency-histogram.ts';
import { EchoProcess } from './echo-process.ts';

const CALLS_PER_SECOND = 20;

/**
 * The longest time for which the echo holds an answer. Answers then arrive at any time, like those of a service and
 * room events, and not only just after one of our calls: the loop that sends a call is not blocked at that instant.
 */
const LONGEST_HOLD_MS = 1000;

/** More than the echo usually holds at a time: only one second in 20,000 has this many held answers. */
const CONNECTIONS = 30;
const TIMEOUT_MS = 30_000;

export interface CanaryOptions {
  readonly requestContext: RequestContextKind;
  readonly clock: Clock;
  readonly seed: number;
  readonly callsPerSecond?: number;
  readonly longestHoldMs?: number;
}

/** The report of a slice about its canary. */
export interface CanaryReport {
  /** The time of each call beyond the time that the echo worked, in ms; absent without calls. */
  readonly added?: EncodedHistogram | undefined;
  /** Calls without an answer. */
  readonly failed: number;
  /** Why there is no echo, or null. */
  readonly without: string | null;
}

/**
 * Measures the time that this process adds to a latency. It calls an echo in another process as participants call the
 * service, and the echo reports its own time. No figure of the service includes these calls. If the echo does not
 * start, the canary makes no calls and reports the reason.
 */
export class Canary {
  readonly #added = LatencyHistogram.empty();
  readonly #options: Required<CanaryOptions>;
  readonly #random: Random;
  readonly #echo: EchoProcess | undefined;
  readonly #context: RequestContext | undefined;
  readonly #ended = new AbortController();
  #without: string | null;
  #failed = 0;

  private constructor(
    options: Required<CanaryOptions>,
    {
      echo,
      context,
      without = null,
    }: { echo?: EchoProcess; context?: RequestContext; without?: string | null },
  ) {
    this.#options = options;
    this.#random = seeded(options.seed, 'canary');
    this.#echo = echo;
    this.#context = context;
    this.#without = without;
  }

  /** Starts the echo and opens the connections, so that no call includes that time. Measures nothing yet. */
  static async open(options: CanaryOptions, start = EchoProcess.start): Promise<Canary> {
    const whole = { callsPerSecond: CALLS_PER_SECOND, longestHoldMs: LONGEST_HOLD_MS, ...options };
    let echo: EchoProcess | undefined;
    try {
      echo = await start();
      const context = await openRequestContext(options.requestContext, {
        baseURL: echo.url,
        timeoutMs: TIMEOUT_MS,
        connections: CONNECTIONS,
      });
      const held = Math.ceil((whole.callsPerSecond * whole.longestHoldMs) / 1000);
      await Promise.all(Array.from({ length: Math.min(held, CONNECTIONS) }, () => context.get('/20')));
      return new Canary(whole, { echo, context });
    } catch (error) {
      await echo?.close();
      return new Canary(whole, { without: (error as Error).message });
    }
  }

  /** Makes calls until `close`. */
  start(): void {
    void this.#run();
  }

  report(): CanaryReport {
    const added = this.#added.count > 0 ? this.#added.encode() : undefined;
    return { added, failed: this.#failed, without: this.#without };
  }

  /** Ends the calls and the echo. */
  async close(): Promise<void> {
    this.#ended.abort();
    await this.#context?.dispose();
    await this.#echo?.close();
  }

  async #run(): Promise<void> {
    const { clock, callsPerSecond } = this.#options;
    const { signal } = this.#ended;
    let due = clock.now();
    while (this.#context && !signal.aborted) {
      void this.#call(this.#context);
      // Random intervals: calls at even intervals could always meet, or always miss, periodic work.
      due = Math.max(due - (Math.log(1 - this.#random()) * 1000) / callsPerSecond, clock.now());
      await clock.until(due, signal).catch(() => undefined);
    }
  }

  async #call(context: RequestContext): Promise<void> {
    const { clock, longestHoldMs } = this.#options;
    const holdMs = Math.floor(this.#random() * longestHoldMs);
    const startedAt = clock.now();
    try {
      const response = await context.get(`/${holdMs}`);
      const arrivedAt = response instanceof WireResponse ? response.latestAt : clock.now();
      const [receivedAt, sentAt] = (await response.text()).split(' ').map(Number) as [number, number];
      this.#added.record(addedMs({ startedAt, receivedAt, sentAt, arrivedAt }));
    } catch (error) {
      if (this.#ended.signal.aborted) return;
      this.#failed += 1;
      this.#without ??= (error as Error).message;
    }
  }
}

/** The time of one call beyond the time that the echo held it; instants in ms of one clock. */
export function addedMs(call: {
  readonly startedAt: number;
  readonly receivedAt: number;
  readonly sentAt: number;
  readonly arrivedAt: number;
}): number {
  const { startedAt, receivedAt, sentAt, arrivedAt } = call;
  return Math.max(0, arrivedAt - sentAt + (receivedAt - startedAt));
}
