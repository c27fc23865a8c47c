import { test as base } from '@playwright/test';
import { makeOwnDatabase } from '../../../service/database/own-database.ts';
import { launchService, type ServiceProcess } from './service-process.ts';
import { SECRET } from './tokens.ts';
import { User } from './user.ts';

type WorkerFixtures = {
  /** The address of a service that all tests of a worker share: real process, real database, quick pings. */
  url: string;
  /** A database for services of the tests' own, which outlives them. */
  databaseUrl: string;
};

type TestFixtures = {
  /** Makes users nobody has seen before, of the shared service or another; their sockets close with the test. */
  newUser: (of?: string) => User;
  /** Starts services of the test's own; they end with the test, whatever it did to them. */
  launch: (settings?: NodeJS.ProcessEnv) => ServiceProcess;
};

export const test = base.extend<TestFixtures, WorkerFixtures>({
  url: [
    async ({}, use) => {
      const service = launchService({
        JWT_SECRET: SECRET,
        // Every other limit is the contract's: users are new in each test.
        RATE_LIMIT_JOIN: '1000/300s',
        PING_INTERVAL_MS: '200',
        // A page that gets no processor for a while is not gone.
        PING_TIMEOUT_MS: '20000',
        GHOST_GRACE_MS: '1500',
        LOG_LEVEL: 'warn',
      });
      await use(await service.ready);
      service.process.kill('SIGTERM');
      await service.ended;
    },
    { scope: 'worker' },
  ],

  databaseUrl: [
    async ({}, use) => {
      const { url, drop } = await makeOwnDatabase(process.env.DATABASE_SERVER_URL!);
      await use(url);
      await drop();
    },
    { scope: 'worker' },
  ],

  newUser: async ({ url }, use) => {
    const users: User[] = [];
    await use((of = url) => {
      const user = new User(of);
      users.push(user);
      return user;
    });
    for (const user of users) user.close();
  },

  launch: async ({}, use) => {
    const services: ServiceProcess[] = [];
    await use((settings) => {
      const service = launchService({ JWT_SECRET: SECRET, ...settings });
      services.push(service);
      return service;
    });
    for (const service of services) service.process.kill('SIGTERM');
    await Promise.all(services.map(({ ended }) => ended));
  },
});

export { expect } from '@playwright/test';
