import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Loads modules as `@playwright/test` would: its `playwright` and `playwright-core` are those of the team's project. With
 * strict package managers, no other package can load them by their names.
 */
const requireOfPlaywright = createRequire(
  createRequire(import.meta.url).resolve('@playwright/test/package.json'),
);

/** Loads modules as `playwright` would: its `playwright-core`, wherever the package manager put it. */
export function requireOfCore(): NodeJS.Require {
  return createRequire(requireOfPlaywright.resolve('playwright/package.json'));
}

/** The program of Playwright's command line, for `node`. */
export function playwrightCli(): string {
  return join(dirname(requireOfPlaywright.resolve('playwright/package.json')), 'cli.js');
}
