import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { findChromium } from '../../scripts/setup/chromium.mjs';
import { requireOfCore } from '../kernel/playwright-package.ts';

let found: { readonly path: string | undefined } | undefined;

/**
 * The path of the Chromium or Chrome of the system, if Playwright's own browser is not installed. Undefined if it is, or if
 * there is no browser. It is searched once per process.
 */
export function systemChromium(): string | undefined {
  found ??= { path: search() };
  return found.path;
}

function search(): string | undefined {
  const best = findChromium({
    platform: process.platform,
    env: process.env,
    home: homedir(),
    playwright: browsersOfPlaywright(),
    exists: isProgram,
  });
  return best?.source === 'system' ? best.path : undefined;
}

function browsersOfPlaywright() {
  const packageFolder = dirname(requireOfCore().resolve('playwright-core/package.json'));
  const { browsers } = JSON.parse(readFileSync(join(packageFolder, 'browsers.json'), 'utf8')) as {
    browsers: { name: string; revision: string }[];
  };
  return { packageFolder, browsers };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
