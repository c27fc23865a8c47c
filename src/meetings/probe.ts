import { setTimeout as pause } from 'node:timers/promises';
import { UserError } from '../kernel/errors.ts';
import { mapLabels } from '../kernel/labels.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import { causeOfError } from '../request-context/failure.ts';
import { openRequestContext } from '../request-context/request-context.ts';
import { MEETINGS } from './contract.ts';
import { identity } from './identity.ts';

/** What answers at an address, as its `/health` tells. */
export type Found =
  | { readonly kind: 'nothing'; readonly cause: string }
  /** `owner` names the run that started this reference service for itself. */
  | { readonly kind: 'meetings service'; readonly owner?: string }
  | { readonly kind: 'sick'; readonly status: number }
  | { readonly kind: 'something else'; readonly answer: string };

const PROBE_TIMEOUT_MS = 3000;

/** Asks `/health` once. Never throws. */
export async function probe(url: string): Promise<Found> {
  const context = await openRequestContext('wire', { baseURL: url, timeoutMs: PROBE_TIMEOUT_MS });
  try {
    const response = await context.get('/health');
    const text = await response.text();
    const health = jsonOf(text);
    const isService = typeof health?.service === 'string' || typeof health?.status === 'string';
    if (!isService) return { kind: 'something else', answer: `${response.status()} ${excerpt(text)}`.trim() };
    if (!response.ok()) return { kind: 'sick', status: response.status() };
    const owner = response.headers()['x-service-owner'];
    return owner === undefined ? { kind: 'meetings service' } : { kind: 'meetings service', owner };
  } catch (error) {
    const cause = causeOfError(error);
    // Whatever has the port and does not speak HTTP is there all the same.
    if (/not HTTP|reset|closed|no answer/.test(cause)) return { kind: 'something else', answer: cause };
    return { kind: 'nothing', cause };
  } finally {
    await context.dispose();
  }
}

/** Resolves once the service is there and well; a UserError says what was found instead when `patienceMs` is over. */
export async function waitForService(url: string, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await probe(url);
    if (found.kind === 'meetings service') return;
    if (performance.now() > deadline) throw new UserError(inWords(url, found));
    await pause(250);
  }
}

function inWords(url: string, found: Exclude<Found, { kind: 'meetings service' }>): string {
  const remedy =
    'Start it, or set MEETINGS_SERVICE_URL; without it a reference service is started for the run.';
  switch (found.kind) {
    case 'nothing':
      return `No meetings service at ${url}: ${found.cause}. ${remedy}`;
    case 'sick':
      return `The meetings service at ${url} says of itself that it is not well: /health answers ${found.status}.`;
    case 'something else':
      return `What answers at ${url} is no meetings service: its /health gives "${found.answer}". ${remedy}`;
  }
}

/**
 * Makes sure that the service accepts the tokens of participants. A secret that is not the service's would let a
 * whole run measure nothing but refusals.
 */
export async function checkTokens(url: string, runId: string, secret: string): Promise<void> {
  const { token } = identity(`${runId}-probe`, secret);
  const context = await openRequestContext('wire', {
    baseURL: url,
    extraHTTPHeaders: { authorization: `Bearer ${token}` },
    timeoutMs: PROBE_TIMEOUT_MS,
  });
  try {
    const status = (await context.get(`${MEETINGS}?limit=1`)).status();
    if (status === 401) {
      const remedy = 'Set JWT_SECRET to the secret with which the service verifies tokens.';
      throw new UserError(`The meetings service at ${url} refuses the participants' tokens (401). ${remedy}`);
    }
    if (status === 404) {
      throw new UserError(`The service at ${url} has no ${MEETINGS} (404): is it a meetings service?`);
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`The meetings service at ${url} did not answer: ${causeOfError(error)}.`, {
      cause: error,
    });
  } finally {
    await context.dispose();
  }
}

/** The service's Prometheus text, or null where it publishes none. */
export async function readMetrics(url: string): Promise<string | null> {
  const context = await openRequestContext('wire', { baseURL: url, timeoutMs: PROBE_TIMEOUT_MS });
  try {
    const response = await context.get('/metrics');
    return response.ok() ? withoutSecretsInMetrics(await response.text()) : null;
  } catch {
    return null; // a service without metrics, or one that just died: the report shows no figures of its own
  } finally {
    await context.dispose();
  }
}

/** Labels by which the service's figures are found are the contract's; all others may hold anything, as comments may. */
function withoutSecretsInMetrics(text: string): string {
  const told = text.replace(/^#.*$/gm, (comment) =>
    comment.startsWith('# TYPE') ? comment : withoutSecrets(comment),
  );
  return mapLabels(told, (name, value) =>
    /^(?:path|method|status_code|le|quantile)$/.test(name) ? value : withoutSecrets(value),
  );
}

function jsonOf(text: string): { service?: unknown; status?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function excerpt(text: string): string {
  return withoutSecrets(text).replace(/\s+/g, ' ').slice(0, 80);
}
