import { test as base } from '@playwright/test';
import { Link } from '../../../../src/network/link/link.ts';
import type { Path } from '../../../../src/network/link/path.ts';

type WorkerFixtures = {
  /** One link for all tests of a worker: the faults of one test must not affect the next. */
  link: Link;
};

type TestFixtures = {
  /** Opens a path to a service for this test; it is disposed of at the end of the test. */
  pathTo: (service: { url: string }) => Promise<Path>;
};

export const test = base.extend<TestFixtures, WorkerFixtures>({
  link: [
    async ({}, use) => {
      const link = await Link.start({ seed: 'harness' });
      await use(link);
      await link.close();
    },
    { scope: 'worker' },
  ],

  pathTo: async ({ link }, use, { titlePath }) => {
    const paths: Path[] = [];
    let opened = 0;
    await use(async ({ url }) => {
      const path = await link.open(`${titlePath.join(' ')} ${++opened}`, { upstream: url });
      paths.push(path);
      return path;
    });
    await Promise.all(paths.map((path) => path.dispose()));
  },
});

export { expect } from '@playwright/test';

/** The intervals of `expect.poll`: the link acts within milliseconds, or later on a busy machine. */
export const SOON = { intervals: [2, 5, 10, 20], timeout: 30_000 };
