import { setTimeout as pause } from 'node:timers/promises';
import type { APIResponse } from '@playwright/test';
import { UserError } from '../kernel/errors.ts';
import { jsonIn } from '../kernel/json.ts';
import { mapLabels } from '../kernel/outside-text.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import { causeOfError, isAcceptedWithoutAnswer } from '../request-context/failure.ts';
import { openRequestContext } from '../request-context/open.ts';
import type { Contract } from './contract/contract.ts';
import { REFERENCE_SOURCE, referenceContract } from './contract/load.ts';

/** The kind of program at an address, by its health check. */
export type Found =
  | { readonly kind: 'nothing'; readonly cause: string }
  /** `owner` is the run that started this reference service for itself; `defects` are its seeded defects. */
  | { readonly kind: 'meetings service'; readonly owner?: string; readonly defects?: string }
  | { readonly kind: 'unhealthy'; readonly status: number }
  | { readonly kind: 'something else'; readonly answer: string };

const PROBE_TIMEOUT_MS = 3000;

/** The format of the seeded defects of the reference service; text of other services is not repeated. */
const SEEDED = /^[a-z0-9=,-]{1,200}$/;

/** Asks the health check once. Never throws. */
export async function probe(url: string, contract = referenceContract()): Promise<Found> {
  const context = await openRequestContext('wire', { baseURL: url, timeoutMs: PROBE_TIMEOUT_MS });
  try {
    const response = await context.get(contract.service.health);
    const text = await response.text();
    const health = jsonIn(text) as
      | { readonly service?: unknown; readonly status?: unknown }
      | null
      | undefined;
    const isService =
      contract.source === REFERENCE_SOURCE
        ? typeof health?.service === 'string' || typeof health?.status === 'string'
        : isHealthy(contract, response, health);
    if (!isService) return { kind: 'something else', answer: `${response.status()} ${excerpt(text)}`.trim() };
    if (!response.ok()) return { kind: 'unhealthy', status: response.status() };
    const { 'x-service-owner': owner, 'x-service-defects': defects } = response.headers();
    return {
      kind: 'meetings service',
      ...(owner === undefined ? {} : { owner }),
      ...(defects !== undefined && SEEDED.test(defects) ? { defects } : {}),
    };
  } catch (error) {
    const cause = causeOfError(error);
    // A program that has the port and does not speak HTTP counts as present.
    if (isAcceptedWithoutAnswer(error)) return { kind: 'something else', answer: cause };
    return { kind: 'nothing', cause };
  } finally {
    await context.dispose();
  }
}

/** Whether the answer of the health check is a success by the contract. */
export function isHealthy(
  contract: Contract,
  response: Pick<APIResponse, 'ok' | 'status' | 'headers'>,
  body: unknown,
): boolean {
  const { ok } = contract.operations.get('health.get')!;
  const { environment: env } = contract;
  return ok
    ? ok({ status: response.status(), body, headers: response.headers(), env }) === true
    : response.ok();
}

/** Resolves when the service is healthy. @throws {UserError} that states what answered instead after `patienceMs` */
export async function waitForService(
  url: string,
  patienceMs: number,
  contract = referenceContract(),
): Promise<Extract<Found, { kind: 'meetings service' }>> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await probe(url, contract);
    if (found.kind === 'meetings service') return found;
    if (performance.now() > deadline) throw new UserError(inWords(url, found, contract));
    await pause(250);
  }
}

function inWords(
  url: string,
  found: Exclude<Found, { kind: 'meetings service' }>,
  { service: { health }, source }: Contract,
): string {
  const remedy =
    source === REFERENCE_SOURCE
      ? 'Start it, or set MEETINGS_SERVICE_URL; without it a reference service is started for the run.'
      : `Start it, or correct MEETINGS_SERVICE_URL, or \`service\` in ${source}.`;
  switch (found.kind) {
    case 'nothing':
      return `No meetings service at ${url}: ${found.cause}. ${remedy}`;
    case 'unhealthy':
      return `The meetings service at ${url} is unhealthy: GET ${health} returned ${found.status}.`;
    case 'something else':
      if (source !== REFERENCE_SOURCE)
        return `The answer to the health check of the contract (GET ${health}) at ${url} is not a success: "${found.answer}". Correct \`service.health\` in ${source}, or the address.`;
      return `The program at ${url} is not a meetings service: GET ${health} returned "${found.answer}". ${remedy}`;
  }
}

/** The service's Prometheus text, or null if it publishes none. */
export async function readMetrics(url: string, path: string): Promise<string | null> {
  const context = await openRequestContext('wire', { baseURL: url, timeoutMs: PROBE_TIMEOUT_MS });
  try {
    const response = await context.get(path);
    return response.ok() ? withoutSecretsInMetrics(await response.text()) : null;
  } catch {
    return null; // the service has no metrics or has just died: the report shows no service figures
  } finally {
    await context.dispose();
  }
}

/** The names of routes come from the contract. All other labels, and comments, may contain any text. */
function withoutSecretsInMetrics(text: string): string {
  const told = text.replace(/^#.*$/gm, (comment) =>
    comment.startsWith('# TYPE') ? comment : withoutSecrets(comment),
  );
  return mapLabels(told, (name, value) =>
    /^(?:path|method|status_code|le|quantile)$/.test(name) ? value : withoutSecrets(value),
  );
}

function excerpt(text: string): string {
  return withoutSecrets(text).replace(/\s+/g, ' ').slice(0, 80);
}
