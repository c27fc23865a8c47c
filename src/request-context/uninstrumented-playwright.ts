import { dirname, sep } from 'node:path';
import type { APIRequest, BrowserType } from '@playwright/test';
import { requireOfCore } from '../kernel/playwright-package.ts';

interface Playwright {
  readonly request: APIRequest;
  readonly chromium: BrowserType;
}

let loaded: Playwright | undefined;

/**
 * Playwright's client and browsers without Playwright Test. The test runner listens to the `playwright-core` of its process,
 * and records each call as a step, which costs more than the call. The listeners belong to the module instance, so a second
 * instance of the same files has no listeners, and no settings of the test. This needs no second package whose version
 * could differ. It relies on one detail of Playwright: it is CommonJS.
 */
export function uninstrumentedPlaywright(): Playwright {
  loaded ??= loadSecondInstance();
  return loaded;
}

function loadSecondInstance(): Playwright {
  const requireCore = requireOfCore();
  const folder = dirname(requireCore.resolve('playwright-core/package.json')) + sep;
  const first = takeFromCache(requireCore.cache, folder);
  try {
    return requireCore('playwright-core');
  } finally {
    // The caller gets the second instance; all other modules still get the first.
    takeFromCache(requireCore.cache, folder);
    Object.assign(requireCore.cache, first);
  }
}

function takeFromCache(cache: NodeJS.Dict<NodeModule>, folder: string): NodeJS.Dict<NodeModule> {
  const taken: NodeJS.Dict<NodeModule> = {};
  for (const file of Object.keys(cache)) {
    if (!file.startsWith(folder)) continue;
    taken[file] = cache[file];
    delete cache[file];
  }
  return taken;
}
