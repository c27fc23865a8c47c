import { setTimeout as pause } from 'node:timers/promises';
import type { APIResponse } from '@playwright/test';
import { UserError } from '../kernel/errors.ts';
import { mapLabels } from '../kernel/labels.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import { causeOfError } from '../request-context/failure.ts';
import { openRequestContext } from '../request-context/request-context.ts';
import type { Contract } from './contract/contract.ts';
import { REFERENCE_SOURCE, referenceContract } from './contract/load.ts';

/** What answers at an address, as its `/health` tells. */
export type Found =
  | { readonly kind: 'nothing'; readonly cause: string }
  /** `owner` names the run that started this reference service for itself; `defects` those that were seeded into it. */
  | { readonly kind: 'meetings service'; readonly owner?: string; readonly defects?: string }
  | { readonly kind: 'sick'; readonly status: number }
  | { readonly kind: 'something else'; readonly answer: string };

const PROBE_TIMEOUT_MS = 3000;

/** How the reference service writes its seeded defects; what another service writes there is not repeated. */
const SEEDED = /^[a-z0-9=,-]{1,200}$/;

/** Asks the health check once. Never throws. */
export async function probe(url: string, contract = referenceContract()): Promise<Found> {
  const context = await openRequestContext('wire', { baseURL: url, timeoutMs: PROBE_TIMEOUT_MS });
  try {
    const response = await context.get(contract.service.health);
    const text = await response.text();
    const health = jsonOf(text);
    const isService =
      contract.source === REFERENCE_SOURCE
        ? typeof health?.service === 'string' || typeof health?.status === 'string'
        : isWell(contract, response, health);
    if (!isService) return { kind: 'something else', answer: `${response.status()} ${excerpt(text)}`.trim() };
    if (!response.ok()) return { kind: 'sick', status: response.status() };
    const { 'x-service-owner': owner, 'x-service-defects': defects } = response.headers();
    return {
      kind: 'meetings service',
      ...(owner === undefined ? {} : { owner }),
      ...(defects !== undefined && SEEDED.test(defects) ? { defects } : {}),
    };
  } catch (error) {
    const cause = causeOfError(error);
    // Whatever has the port and does not speak HTTP is there all the same.
    if (/not HTTP|reset|closed|no answer/.test(cause)) return { kind: 'something else', answer: cause };
    return { kind: 'nothing', cause };
  } finally {
    await context.dispose();
  }
}

/** Whether the health check says what the contract asks of it. */
export function isWell(
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

/** Resolves once the service is there and well; a UserError says what was found instead when `patienceMs` is over. */
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
    case 'sick':
      return `The meetings service at ${url} says of itself that it is not well: ${health} answers ${found.status}.`;
    case 'something else':
      if (source !== REFERENCE_SOURCE)
        return `The health check of the contract (GET ${health}) is not answered as it says at ${url}: "${found.answer}". Correct \`service.health\` in ${source}, or the address.`;
      return `What answers at ${url} is no meetings service: its ${health} gives "${found.answer}". ${remedy}`;
  }
}

/** The service's Prometheus text, or null where it publishes none. */
export async function readMetrics(url: string, path: string): Promise<string | null> {
  const context = await openRequestContext('wire', { baseURL: url, timeoutMs: PROBE_TIMEOUT_MS });
  try {
    const response = await context.get(path);
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
