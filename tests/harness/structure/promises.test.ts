import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';

const root = join(import.meta.dirname, '../../..');

/** A spec without type errors; each marked line does not await a promise. */
const spec = `
import { test } from '${root}/fixtures/index.ts';
test('forgetful', async ({ experiment, browserParticipants }) => {
  experiment.steadyBefore([], 1); // forgotten
  [1, 2].map(() => browserParticipants.open('id', 1)); // forgotten
  if (experiment.steadyAgain(5)) await experiment.settle(1); // forgotten
  await experiment.settle(1);
  experiment.rollBack(); // forgotten
});
`;

/** The lint in a separate folder, by the rules of this project. */
function lint(source: string): { lines: number[]; rules: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'promises-'));
  try {
    writeFileSync(join(folder, 'planted.spec.ts'), source);
    const compiler = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { typeRoots: [join(root, 'node_modules/@types')] },
      include: ['*.ts'],
      exclude: [],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(compiler));
    const command = ['--format=json', '--config', join(root, '.oxlintrc.json'), folder];
    const { stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/oxlint'), command, {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: { code: string; labels: { span: { line: number } }[] }[];
    };
    const lines = diagnostics.map(({ labels }) => labels[0]!.span.line).sort((one, other) => one - other);
    return { lines, rules: [...new Set(diagnostics.map(({ code }) => code))].sort() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the lint reports promises that a spec does not await', () => {
  const { lines, rules } = lint(spec);
  const forgotten = spec
    .split('\n')
    .flatMap((line, index) => (line.endsWith('// forgotten') ? [index + 1] : []));
  expect(lines).toEqual(forgotten);
  expect(rules).toEqual(['typescript(no-floating-promises)', 'typescript(no-misused-promises)']);
  expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts.lint).toMatch(/then oxlint$/);
});
