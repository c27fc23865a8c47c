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

export interface HealthWatch {
  /** The current report of the health check. */
  ask(): Promise<HealthSeen>;
  end(): Promise<void>;
}

/** Calls the health check of the contract repeatedly, and writes its reports into the ledger. */
export async function watchHealth(
  url: string,
  contract: Contract,
  ledger: Ledger,
  clock: Clock,
): Promise<HealthWatch> {
  const context = await openRequestContext('wire', { baseURL: url, timeoutMs: ANSWER_WITHIN_MS });
  const ended = new AbortController();
  const ask = async () => {
    const startedAt = clock.now();
    const status = await statusOf(contract, context);
    const seen = { status, tookMs: Math.round(clock.now() - startedAt) };
    ledger.add({ who: 'experiment', type: 'mark', name: HEALTH, value: seen });
    return seen;
  };
  const keepAsking = async () => {
    while (!ended.signal.aborted) {
      await clock.until(clock.now() + ASK_EVERY_MS, ended.signal).catch(() => undefined); // the next line checks the signal
      if (!ended.signal.aborted) await ask();
    }
  };
  await ask();
  const running = keepAsking();
  return {
    ask,
    async end() {
      ended.abort();
      await running;
      await context.dispose();
    },
  };
}

async function statusOf(contract: Contract, context: RequestContext): Promise<string> {
  try {
    const response = await context.get(contract.service.health);
    const body = jsonOf(await response.text());
    if (isOk(contract, response, body)) return 'ok';
    const status = statusIn(body);
    return withoutSecrets(`${response.status()}${status === undefined ? '' : ` ${status}`}`).slice(0, 60);
  } catch (error) {
    return `no answer (${shownCauseOfError(error)})`;
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
