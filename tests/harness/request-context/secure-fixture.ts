import { test as base } from '@playwright/test';
import { trustAuthorities, trustServiceKeys } from '../../../src/kernel/trust.ts';
import { Link } from '../../../src/network/link/link.ts';
import type { Path } from '../../../src/network/link/path.ts';
import { type Authority, newAuthority } from './certificates.ts';
import { type SecureService, secureService } from './secure-service.ts';

interface TestFixtures {
  /** Clients must first trust its authority. */
  service: SecureService;
  /** A path of the link to that service, without a fault. */
  path: Path;
  /** Trusts these authorities until the end of the test. */
  trust: (...authorities: Authority[]) => void;
}

interface WorkerFixtures {
  authority: Authority;
  /** Another authority, which did not sign the certificate of the service. */
  stranger: Authority;
  link: Link;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  authority: [async ({}, use) => use(await newAuthority('fullhouse test authority')), { scope: 'worker' }],
  stranger: [async ({}, use) => use(await newAuthority('another test authority')), { scope: 'worker' }],
  link: [
    async ({}, use) => {
      const link = await Link.start({ seed: 'secure' });
      await use(link);
      await link.close();
    },
    { scope: 'worker' },
  ],
  service: async ({ authority }, use) => {
    await using service = await secureService(authority);
    await use(service);
  },
  path: async ({ link, service }, use, { testId, repeatEachIndex }) => {
    const { upstream } = service;
    const path = await link.open(`${testId} ${repeatEachIndex}`, { upstream, service: service.url() });
    await use(path);
    await path.dispose();
  },
  trust: async ({}, use) => {
    await use((...authorities) => trustAuthorities(authorities.map(({ pem }) => pem).join('')));
    trustAuthorities(undefined);
    trustServiceKeys([]);
  },
});

export { expect } from '@playwright/test';

export const UNKNOWN_AUTHORITY = 'certificate of an unknown authority (add yours to SERVICE_CA)';

/** One way, in ms. Up and down differ, so that a mix-up shows. */
export const LATENCY = { up: { latencyMs: 30 }, down: { latencyMs: 20 } } as const;

/** The shortest added delay in each direction; undefined without delays. */
export async function leastDelays(path: Path): Promise<readonly (number | undefined)[]> {
  const { up, down } = await path.stats();
  return [up.addedDelay?.minMs, down.addedDelay?.minMs];
}
