import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { installedTeam, outsideFolder, type TeamRepository } from './team-repository.ts';

/** The time to build, pack and install the package, in ms. */
const INSTALL_MS = 300_000;

interface Team {
  /** A repository of this test with the installed package, after `npx fullhouse init --yes`. */
  readonly team: TeamRepository;
  /** An empty folder of this test, outside of the checkout. */
  readonly folder: string;
}

/** The package is installed once for the tests of a file. */
export const test = base.extend<Team, { readonly installed: TeamRepository }>({
  installed: [
    async ({}, use) => {
      const folder = outsideFolder();
      try {
        const team = await installedTeam(folder);
        const { code, output } = await team.fullhouse('init --yes');
        if (code !== 0) throw new Error(output);
        await use(team);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    { scope: 'worker', timeout: INSTALL_MS },
  ],
  async folder({}, use) {
    const folder = outsideFolder();
    await use(folder);
    rmSync(folder, { recursive: true });
  },
  async team({ installed, folder }, use) {
    await use(installed.copy(join(folder, 'team')));
  },
});

/**
 * Installs tools of a test, such as another version of Node.
 * @returns the folder of the packages; undefined if one cannot be installed here
 */
export async function toolsIn(
  team: TeamRepository,
  packages: readonly string[],
): Promise<string | undefined> {
  const tools = team.beside('tools');
  tools.write({ 'package.json': '{}' });
  const { code } = await tools.run('npm', [
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    ...packages,
  ]);
  return code === 0 ? join(tools.folder, 'node_modules') : undefined;
}
