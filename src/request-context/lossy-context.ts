import type { APIResponse } from '@playwright/test';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import { withoutQuery } from './address.ts';
import { ABORTED, TIMED_OUT } from './failure.ts';
import type { CallOptions, RequestContext } from './request-context.ts';
import { RequestError } from './request-error.ts';
import { Verbs } from './verbs.ts';

export interface LossyContextOptions {
  /** Each exchange draws two numbers at any loss, so the same seed loses the same exchanges. */
  readonly random: Random;
  readonly clock: Clock;
  /** The timeout of a lost exchange; real calls have the timeout of their context. */
  readonly timeoutMs: number;
}

/**
 * Loses whole exchanges of one participant at the level of the application: a request that never reaches the service, or
 * the answer to a request that the service executed. For the caller, both are a timeout.
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
   * Loses this percentage of the exchanges from now on, and sets the counts to zero. Request and answer have the same
   * probability m of a loss: both arrive with (1 − m)², which is 1 − p for m = 1 − √(1 − p).
   */
  lose(percent: number): void {
    this.#messageLoss = 1 - Math.sqrt(1 - percent / 100);
    this.#counts = { exchanges: 0, lostRequests: 0, lostAnswers: 0 };
  }

  /** Ends the loss and the counting; the counts stay. */
  heal(): void {
    this.#messageLoss = undefined;
  }

  /** The counts since the loss was set. A lost exchange loses its request or its answer. */
  get counts() {
    return { ...this.#counts };
  }

  /** Also ends calls that wait for a lost message. */
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
      // Await the answer, so that a repeated call cannot overtake this call: this layer does not reorder.
      const answer = await send();
      if (!isAnswerLost) return answer;
      counts.lostAnswers += 1;
    }
    await clock.until(givesUpAt, this.#disposed.signal).catch(() => undefined);
    const path = withoutQuery(url);
    const [code, reason] = this.#disposed.signal.aborted
      ? [ABORTED, 'the request context was disposed']
      : [TIMED_OUT, `no answer within ${timeoutMs} ms (lost)`];
    throw new RequestError({ method, path, code, reason });
  }
}
