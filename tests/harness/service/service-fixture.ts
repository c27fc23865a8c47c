import { test as base } from '@playwright/test';
import { makeOwnDatabase } from '../../../service/database/own-database.ts';
import { launchService, type ServiceProcess } from './service-process.ts';
import { SECRET } from './tokens.ts';
import { User } from './user.ts';

type WorkerFixtures = {
  /** The address of a service that all tests of a worker share: a real process and database, with fast pings. */
  url: string;
  /** A database for the services that a test starts. It stays after they end. */
  databaseUrl: string;
};

type TestFixtures = {
  /** Makes new users of the shared service or of another. Their sockets close with the test. */
  newUser: (of?: string) => User;
  /** Starts a service for this test. It ends with the test. */
  launch: (settings?: NodeJS.ProcessEnv) => ServiceProcess;
};

export const test = base.extend<TestFixtures, WorkerFixtures>({
  url: [
    async ({}, use) => {
      const service = launchService({
        JWT_SECRET: SECRET,
        // Other limits stay as in the contract, because each test has new users.
        RATE_LIMIT_JOIN: '1000/300s',
        PING_INTERVAL_MS: '200',
        // A page without processor time for a while must not lose its connection.
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
