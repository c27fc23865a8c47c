import { join } from 'node:path';
import { defineConfig, type PlaywrightTestConfig, type Project } from '@playwright/test';
import configuration from '../../../../playwright.config.ts';
import type { Chosen } from './seeded.ts';

const main = await configuration;
const root = join(import.meta.dirname, '../../../..');

/** The options of the fixtures in `fixtures/test.ts`. */
interface Options {
  readonly defects: string;
}

/** The chosen experiments on a service with these defects; an empty text means no defect. */
export function project(name: string, chosen: readonly Chosen[], defects: string): Project<object, Options> {
  return {
    name,
    testDir: join(root, 'tests/chaos'),
    testMatch: chosen.map(({ file }) => `${file}.spec.ts`),
    grep: chosen.map(({ file, only }) => new RegExp(`${file}.*${only}`)),
    timeout: 240_000,
    use: { defects },
  };
}

/** The main configuration, with these projects instead of its phases. */
export function runOf(projects: readonly Project<object, Options>[]): PlaywrightTestConfig<object, Options> {
  return defineConfig<object, Options>({
    ...main,
    globalSetup: join(root, 'src/run/global-setup.ts'),
    globalTeardown: join(root, 'src/reporters/last-verdict.ts'),
    webServer: main.webServer && { ...[main.webServer].flat()[0]!, cwd: root },
    reporter: 'json',
    fullyParallel: true,
    projects: [...projects],
  });
}
