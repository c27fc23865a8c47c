import type { APIResponse } from '@playwright/test';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import { withoutQuery } from './address.ts';
import { ABORTED, TIMED_OUT } from './failure.ts';
import type { CallOptions, RequestContext } from './request-context.ts';
import { RequestError } from './request-error.ts';
import { Verbs } from './verbs.ts';

export interface LossyContextOptions {
  /** Two numbers are drawn for each exchange at any loss: the same seed loses the same exchanges. */
  readonly random: Random;
  readonly clock: Clock;
  /** How long the caller of a lost exchange waits before it gives up; real calls have the timeout of their context. */
  readonly timeoutMs: number;
}

/** Since the loss was set. An exchange is lost once: with its request, or with its answer. */
export interface ExchangeCounts {
  readonly exchanges: number;
  readonly lostRequests: number;
  readonly lostAnswers: number;
}

/**
 * Loses whole exchanges of one participant, as an application sees it: a request that never reaches the service, or an
 * answer to a request that the service carried out. For the caller, both are a timeout.
 */
export class LossyContext extends Verbs implements RequestContext {
  readonly #context: RequestContext;
  readonly #options: LossyContextOptions;
  readonly #disposed = new AbortController();
  #messageLoss: number | undefined;
  #counts = { exchanges: 0, lostRequests: 0, lostAnswers: 0 };

  constructor(context: RequestContext, options: LossyContextOptions) {
    super();
    this.#context = context;
    this.#options = options;
  }

  /**
   * From now on, this percentage of the exchanges is lost, and the counts start at zero. Request and answer have the same
   * chance m to be lost: both get through with (1 − m)², which is 1 − p for m = 1 − √(1 − p).
   */
  lose(percent: number): void {
    this.#messageLoss = 1 - Math.sqrt(1 - percent / 100);
    this.#counts = { exchanges: 0, lostRequests: 0, lostAnswers: 0 };
  }

  /** Ends the loss and the counting; the counts stay. */
  heal(): void {
    this.#messageLoss = undefined;
  }

  get counts(): ExchangeCounts {
    return { ...this.#counts };
  }

  /** Calls that wait for something lost end at once. */
  async dispose(): Promise<void> {
    this.#disposed.abort();
    await this.#context.dispose();
  }

  protected async call<T>(method: string, url: string, options?: CallOptions): Promise<APIResponse<T>> {
    const send = () => this.#context.fetch<T>(url, { ...options, method });
    const loss = this.#messageLoss;
    if (loss === undefined) return send();
    const { random, clock, timeoutMs } = this.#options;
    const [isRequestLost, isAnswerLost] = [random() < loss, random() < loss];
    const counts = this.#counts;
    const givesUpAt = clock.now() + timeoutMs;
    counts.exchanges += 1;
    if (isRequestLost) {
      counts.lostRequests += 1;
    } else {
      // Await it, so that a repeated call cannot overtake it: this layer loses, it does not reorder.
      const answer = await send();
      if (!isAnswerLost) return answer;
      counts.lostAnswers += 1;
    }
    await clock.until(givesUpAt, this.#disposed.signal).catch(() => undefined); // disposed: see below
    const path = withoutQuery(url);
    throw this.#disposed.signal.aborted
      ? new RequestError({ method, path, code: ABORTED, reason: 'the request context was disposed' })
      : new RequestError({
          method,
          path,
          code: TIMED_OUT,
          reason: `no answer within ${timeoutMs} ms (lost)`,
        });
  }
}
