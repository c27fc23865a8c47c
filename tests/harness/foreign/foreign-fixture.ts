import { test as base } from '@playwright/test';
import { Client } from './client.ts';
import type { ForeignOptions, ForeignService } from './foreign-service.ts';
import type { ForeignName } from './services.ts';
import { startForeign } from './start.ts';

export interface Foreign {
  /** Starts a service for this test. */
  start(name: ForeignName, options?: ForeignOptions): Promise<ForeignService>;
  /** Opens a socket that closes at the end of the test. */
  connect: typeof Client.connect;
  /** Registers a function that closes something else, before the services end. */
  atEnd(close: () => unknown): void;
}

export const test = base.extend<{ foreign: Foreign }>({
  foreign: async ({}, use) => {
    const services: ForeignService[] = [];
    const closers: (() => unknown)[] = [];
    await use({
      start: async (name, options) => {
        const service = await startForeign(name, options);
        services.push(service);
        return service;
      },
      connect: async (...to) => {
        const client = await Client.connect(...to);
        closers.push(() => client.close());
        return client;
      },
      atEnd: (close) => closers.push(close),
    });
    for (const close of closers.reverse()) await close();
    for (const service of services) await service.close();
  },
});
