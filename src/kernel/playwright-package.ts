import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Loads modules as `@playwright/test` would: its `playwright` and `playwright-core` are those of the team's project. With
 * strict package managers, no other package can load them by their names.
 */
export const requireOfPlaywright = createRequire(
  createRequire(import.meta.url).resolve('@playwright/test/package.json'),
);

/** The program of Playwright's command line, for `node`. */
export function playwrightCli(): string {
  return join(dirname(requireOfPlaywright.resolve('playwright/package.json')), 'cli.js');
}
