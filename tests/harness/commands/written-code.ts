import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { initIn } from '../../../src/commands/init/init.ts';
import { writeNew } from '../../../src/commands/new/new.ts';
import { projectOf } from '../../../src/commands/new/project.ts';
import { emptyFolder } from '../history/records.ts';
import { inProcess } from '../kernel/run-command.ts';
import { root } from '../workflows/workflow.ts';

interface Style {
  readonly language: '--typescript' | '--javascript';
  readonly type: 'module' | 'commonjs';
}

/**
 * A folder with a project for each style, with everything that `init` and `new` write, and a file with a mistake in its
 * second line. It is in this repository, so that packages are found.
 */
export async function writtenIn(projects: Readonly<Record<string, Style>>): Promise<string> {
  const top = emptyFolder();
  for (const [name, { language, type }] of Object.entries(projects)) {
    const folder = join(top, name);
    mkdirSync(join(folder, '.git'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }));
    const { code } = await inProcess(initIn(folder), ['--yes', '--no-install', '--no-workflow', language]);
    expect(code).toBe(0);
    for (const kind of ['journey', 'experiment', 'load-test', 'fault', 'check'])
      writeNew({ kind, name: 'another', project: projectOf(folder, {}) }, () => undefined);
    writeFileSync(
      join(folder, language === '--typescript' ? 'journeys/wrong.ts' : 'journeys/wrong.mjs'),
      "import { defineFullhouse } from 'fullhouse';\nexport default defineFullhouse({ journey: 1 });\n",
    );
  }
  return top;
}

/** The places of the mistakes that the compiler finds in a folder: `a/b.ts(2,`. */
export function compile(folder: string, module: 'nodenext' | 'esnext'): string[] {
  const compilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    allowJs: true,
    checkJs: true,
    skipLibCheck: true,
    target: 'ES2023',
    lib: ['ES2023', 'ESNext.Disposable'],
    types: ['node'],
    module,
    moduleResolution: module === 'nodenext' ? module : 'bundler',
    // The sources of fullhouse, in place of its package.
    allowImportingTsExtensions: true,
    paths: {
      fullhouse: [join(root, 'fixtures/index.ts')],
      'fullhouse/tests/*': [join(root, 'tests/*.ts')],
    },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['**/*'] }));
  const tsc = join(root, 'node_modules/.bin/tsc');
  const { stdout } = spawnSync(tsc, ['-p', '.', '--pretty', 'false'], { cwd: folder, encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((line) => /^\S/.test(line))
    .map((line) => line.replace(/(?<=\(\d+,).*/, ''))
    .sort();
}
