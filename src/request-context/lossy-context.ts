import type { APIResponse, Request } from '@playwright/test';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import { withoutQuery } from './address.ts';
import { ABORTED, TIMED_OUT } from './failure.ts';
import type { CallOptions, RequestContext } from './request-context.ts';
import { RequestError } from './request-error.ts';
import { Verbs } from './verbs.ts';

export interface LossyContextOptions {
  /** Two numbers are drawn for each exchange, whatever the loss: the same seed loses the same ones. */
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
 * Loses whole exchanges of one participant, as an application sees it: a request that the service never hears of, or an
 * answer to a request that the service carried out. To the caller both look the same, a timeout.
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
   * So many percent of the exchanges are lost from now on, 0 included; their counts begin anew. Request and answer have
   * the same chance m to be lost: both get through with (1 − m)², which is 1 − p for m = 1 − √(1 − p).
   */
  lose(percent: number): void {
    this.#messageLoss = 1 - Math.sqrt(1 - percent / 100);
    this.#counts = { exchanges: 0, lostRequests: 0, lostAnswers: 0 };
  }

  /** Nothing is lost or counted any more; the counts stay. */
  heal(): void {
    this.#messageLoss = undefined;
  }

  get counts(): ExchangeCounts {
    return { ...this.#counts };
  }

  protected call<T>(method: string, url: string, options?: CallOptions): Promise<APIResponse<T>> {
    return this.#exchange(method, url, () => this.#context.fetch(url, { ...options, method }));
  }

  protected callLike<T>(request: Request, options?: CallOptions): Promise<APIResponse<T>> {
    const method = options?.method?.toUpperCase() ?? request.method();
    return this.#exchange(method, request.url(), () => this.#context.fetch(request, options));
  }

  /** Who waits for something lost is told at once. */
  async dispose(): Promise<void> {
    this.#disposed.abort();
    await this.#context.dispose();
  }

  async #exchange<T>(
    method: string,
    url: string,
    send: () => Promise<APIResponse<T>>,
  ): Promise<APIResponse<T>> {
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
      // Waited for, so that a repeated call cannot overtake it: this layer loses, it does not reorder.
      const answer = await send();
      if (!isAnswerLost) return answer;
      counts.lostAnswers += 1;
    }
    await clock.until(givesUpAt, this.#disposed.signal).catch(() => undefined); // disposed: said below
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
