import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { systemClock } from '../../../../src/kernel/clock.ts';
import {
  type Identities,
  type IdentitiesOptions,
  openIdentities,
} from '../../../../src/meetings/identities/identities.ts';
import { identitySchema, sendSchema } from '../../../../src/meetings/identities/schema.ts';
import { openRequestContext } from '../../../../src/request-context/open.ts';

export interface Sections {
  readonly identity: unknown;
  readonly send?: unknown;
}

/** Opens identities of a contract's sections, and closes them after the test. */
type Open = (
  sections: Sections,
  options?: Partial<IdentitiesOptions> & { url?: string },
) => Promise<Identities>;

interface Fixtures {
  /** The folder of the contract file. */
  readonly folder: string;
  /** Writes a file into the folder. */
  readonly write: (name: string, content: string) => void;
  readonly open: Open;
}

export const test = base.extend<Fixtures>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'fullhouse-identities-test-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  write: async ({ folder }, use) => use((name, content) => writeFileSync(join(folder, name), content)),
  open: async ({ folder }, use) => {
    const opened: Identities[] = [];
    await use(async ({ identity, send }, { url = 'http://127.0.0.1:9', ...options } = {}) => {
      const identities = await openIdentities({
        identity: identitySchema.parse(identity),
        send: send === undefined ? undefined : sendSchema.parse(send),
        openContext: (address) => openRequestContext('wire', { baseURL: address ?? url, timeoutMs: 5000 }),
        part: { index: 0, of: 1 },
        environment: {},
        commandEnvironment: { PATH: process.env.PATH },
        folder,
        clock: systemClock,
        ...options,
      });
      opened.push(identities);
      return identities;
    });
    for (const identities of opened) await identities.close();
  },
});
