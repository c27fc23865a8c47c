import type { Ledger } from '../checks/ledger.ts';
import { HEALTH, type HealthSeen } from '../checks/outage.ts';
import type { Clock } from '../kernel/clock.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import { REFERENCE_SOURCE } from '../meetings/contract/load.ts';
import { isHealthy } from '../meetings/probe.ts';
import { shownCauseOfError } from '../request-context/failure.ts';
import { openRequestContext } from '../request-context/open.ts';
import type { RequestContext } from '../request-context/request-context.ts';

const ASK_EVERY_MS = 250;
const ANSWER_WITHIN_MS = 2000;

/** Calls the health check of the contract repeatedly, and writes its reports into the ledger. */
export class HealthWatch {
  readonly #context: RequestContext;
  readonly #contract: Contract;
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  #running: Promise<void> = Promise.resolve();

  private constructor(context: RequestContext, contract: Contract, ledger: Ledger, clock: Clock) {
    this.#context = context;
    this.#contract = contract;
    this.#ledger = ledger;
    this.#clock = clock;
  }

  static async start(url: string, contract: Contract, ledger: Ledger, clock: Clock): Promise<HealthWatch> {
    const context = await openRequestContext('wire', { baseURL: url, timeoutMs: ANSWER_WITHIN_MS });
    const watch = new HealthWatch(context, contract, ledger, clock);
    await watch.ask();
    watch.#running = watch.#keepAsking();
    return watch;
  }

  /** The current report of the health check. */
  async ask(): Promise<HealthSeen> {
    const startedAt = this.#clock.now();
    const status = await this.#status();
    const seen = { status, tookMs: Math.round(this.#clock.now() - startedAt) };
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
      await this.#clock.until(this.#clock.now() + ASK_EVERY_MS, signal).catch(() => undefined); // the next line checks the signal
      if (!signal.aborted) await this.ask();
    }
  }

  async #status(): Promise<string> {
    try {
      const response = await this.#context.get(this.#contract.service.health);
      const body = jsonOf(await response.text());
      if (isOk(this.#contract, response, body)) return 'ok';
      const status = statusIn(body);
      return withoutSecrets(`${response.status()}${status === undefined ? '' : ` ${status}`}`).slice(0, 60);
    } catch (error) {
      return `no answer (${shownCauseOfError(error)})`;
    }
  }
}

/** Without its own contract, a service may write any field beside `status`. */
function isOk(contract: Contract, response: Parameters<typeof isHealthy>[1], body: unknown): boolean {
  if (contract.source !== REFERENCE_SOURCE) return isHealthy(contract, response, body);
  return response.ok() && ['ok', undefined].includes(statusIn(body));
}

function statusIn(body: unknown): string | undefined {
  const status: unknown = (body as { status?: unknown } | null | undefined)?.status;
  return typeof status === 'string' ? status : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the status of the answer is all there is
  }
}
