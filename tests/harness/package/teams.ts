import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { childEnvironment } from '../../../src/kernel/child-environment.ts';
import { playwrightCli } from '../../../src/kernel/playwright-package.ts';
import { teamFolder } from './staged.ts';

const experiment = `
import { test } from 'fullhouse';
test.describe('Is it true?', () => {
  test('two users meet', async ({ experiment }) => { await experiment.run(undefined); });
});
`;
const load =
  "import { loadTest } from 'fullhouse'; loadTest({ name: 'rush', question: 'Does it carry a rush?' });";

/** Playwright finds the tests of a team and those of the package. */
export function teamsTests(): void {
  for (const [ending, type] of [
    ['ts', 'commonjs'],
    ['ts', 'module'],
    ['js', 'module'],
  ] as const) {
    test(`a ${type} package of a team runs the compiled package, with .${ending} files`, () => {
      const team = teamFolder(`team-${ending}-${type}`, { type });
      const files = {
        [`playwright.config.${ending}`]:
          "import { defineFullhouse } from 'fullhouse'; export default defineFullhouse({});",
        [`tests/load/rush.spec.${ending}`]: load,
        [`tests/chaos/mine.spec.${ending}`]: experiment,
        [`tests/chaos/packet-loss.spec.${ending}`]: "import 'fullhouse/tests/chaos/packet-loss.spec';",
      };
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(team, path)), { recursive: true });
        writeFileSync(join(team, path), text);
      }
      const list = (...options: string[]) => {
        const { stdout, stderr } = spawnSync(
          process.execPath,
          [playwrightCli(), 'test', '--list', ...options],
          {
            cwd: team,
            encoding: 'utf8',
            env: childEnvironment(),
          },
        );
        return stdout + stderr;
      };
      const whole = list();
      // Bench and conduct have no folder here, so they are the standard ones.
      for (const phase of ['load', 'load verdict', 'chaos', 'bench', 'conduct'])
        expect(whole).toContain(`[${phase}] › `);
      expect(whole).toContain('two users meet');
      const loss = list(`tests/chaos/packet-loss.spec.${ending}`);
      expect(loss).toMatch(/\nTotal: 2 tests in 1 file\n/);
      expect(list(`tests/load/rush.spec.${ending}`)).toContain(
        'Does it carry a rush? › not slower than before',
      );
    });
  }
}
