import type { Ledger } from '../checks/ledger.ts';
import { HEALTH, type HealthSeen } from '../checks/outage.ts';
import type { Clock } from '../kernel/clock.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import { causeOfError } from '../request-context/failure.ts';
import { openRequestContext, type RequestContext } from '../request-context/request-context.ts';

const ASK_EVERY_MS = 250;
const ANSWER_WITHIN_MS = 2000;

/** Asks `/health` again and again, and writes into the ledger what it said. */
export class HealthWatch {
  readonly #context: RequestContext;
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  #running: Promise<void> = Promise.resolve();

  private constructor(context: RequestContext, ledger: Ledger, clock: Clock) {
    this.#context = context;
    this.#ledger = ledger;
    this.#clock = clock;
  }

  static async start(url: string, ledger: Ledger, clock: Clock): Promise<HealthWatch> {
    const context = await openRequestContext('wire', { baseURL: url, timeoutMs: ANSWER_WITHIN_MS });
    const watch = new HealthWatch(context, ledger, clock);
    await watch.ask();
    watch.#running = watch.#keepAsking();
    return watch;
  }

  /** What `/health` says now. */
  async ask(): Promise<HealthSeen> {
    const startedAt = this.#clock.now();
    const said = await this.#said();
    const seen = { said, tookMs: Math.round(this.#clock.now() - startedAt) };
    this.#ledger.add({ who: 'experiment', type: 'mark', name: HEALTH, value: seen });
    return seen;
  }

  async end(): Promise<void> {
    this.#ended.abort();
    await this.#running;
    await this.#context.dispose();
  }

  async #keepAsking(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      await this.#clock.until(this.#clock.now() + ASK_EVERY_MS, signal).catch(() => undefined); // the signal is looked at next
      if (!signal.aborted) await this.ask();
    }
  }

  async #said(): Promise<string> {
    try {
      const response = await this.#context.get('/health');
      const status = statusIn(await response.text());
      if (response.ok() && (status === undefined || status === 'ok')) return 'ok';
      return withoutSecrets(`${response.status()}${status === undefined ? '' : ` ${status}`}`).slice(0, 60);
    } catch (error) {
      return `no answer (${causeOfError(error)})`;
    }
  }
}

function statusIn(text: string): string | undefined {
  try {
    const status: unknown = (JSON.parse(text) as { status?: unknown } | null)?.status;
    return typeof status === 'string' ? status : undefined;
  } catch {
    return undefined; // the status of the answer is all there is
  }
}
