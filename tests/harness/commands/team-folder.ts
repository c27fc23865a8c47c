import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test as base } from '@playwright/test';
import { initIn } from '../../../src/commands/init/init.ts';
import { inProcess } from '../kernel/run-command.ts';

interface TeamFolder {
  /** An empty folder outside of this repository. It looks like the top of a repository. */
  readonly folder: string;
  /** Writes files into it. */
  readonly write: (files: Readonly<Record<string, string>>) => void;
  readonly read: (path: string) => string;
  /** The content of all its files, by their paths. */
  readonly all: () => Record<string, string>;
  /** Runs `npx fullhouse init` in it, or in a folder of it. With answers, there is a terminal. */
  readonly init: (
    args: string,
    answers?: readonly string[],
    others?: { readonly inside?: string; readonly childExits?: number },
  ) => ReturnType<typeof inProcess>;
}

/** A folder of a team for each test. */
export const test = base.extend<{ team: TeamFolder }>({
  team: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'team-'));
    mkdirSync(join(folder, '.git'));
    const read = (path: string) => readFileSync(join(folder, path), 'utf8');
    await use({
      folder,
      read,
      write(files) {
        for (const [path, text] of Object.entries(files)) {
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), text);
        }
      },
      all() {
        const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
        const paths = entries
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
        return Object.fromEntries(paths.sort().map((path) => [path, read(path)]));
      },
      init: (args, answers, { inside = '', childExits = 0 } = {}) =>
        inProcess(initIn(join(folder, inside)), args.split(' ').filter(Boolean), {
          environment: { npm_config_user_agent: '' },
          childExits,
          ...(answers ? { answer: answers } : {}),
        }),
    });
    rmSync(folder, { recursive: true });
  },
});
