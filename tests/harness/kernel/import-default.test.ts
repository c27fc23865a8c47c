import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { importDefault } from '../../../src/kernel/import-default.ts';

const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'fullhouse-import-test-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

const types: [type: string | undefined, name: string][] = [
  [undefined, 'one.ts'],
  ['commonjs', 'one.ts'],
  ['module', 'one.ts'],
  [undefined, 'one.mts'],
  ['commonjs', 'one.mts'],
];
for (const [type, name] of types) {
  test(`imports ${name} with ${type === undefined ? 'no package.json' : `type "${type}" in package.json`}`, async ({
    folder,
  }) => {
    if (type !== undefined) writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }));
    const extension = name.split('.').at(-1);
    writeFileSync(join(folder, `two.${extension}`), 'export const two: number = 2;');
    const content = `import { two } from './two.${extension}';\ninterface Sum { sum: number }\nexport default { sum: two + 1 } satisfies Sum;`;
    writeFileSync(join(folder, name), content);
    expect(await importDefault(join(folder, name))).toEqual({ sum: 3 });
  });
}

test('returns undefined without a default export, and reports a syntax error', async ({ folder }) => {
  const [empty, wrong] = [join(folder, 'empty.ts'), join(folder, 'wrong.ts')];
  writeFileSync(empty, 'export const one = 1;');
  writeFileSync(wrong, 'export default {');
  expect(await importDefault(empty)).toBeUndefined();
  await expect(importDefault(wrong)).rejects.toThrow(/^its syntax is wrong \(.*Unexpected token/);
});
