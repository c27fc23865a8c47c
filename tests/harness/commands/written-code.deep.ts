import { expect, test } from '@playwright/test';
import { compile, writtenIn } from './written-code.ts';

for (const module of ['nodenext', 'esnext'] as const)
  test(`everything that is written compiles in each kind of package, with module ${module}`, async () => {
    test.setTimeout(240_000);
    const folder = await writtenIn({
      a: { language: '--typescript', type: 'module' },
      b: { language: '--typescript', type: 'commonjs' },
      c: { language: '--javascript', type: 'module' },
      d: { language: '--javascript', type: 'commonjs' },
    });
    expect(compile(folder, module)).toEqual([
      'a/journeys/wrong.ts(2,',
      'b/journeys/wrong.ts(2,',
      'c/journeys/wrong.mjs(2,',
      'd/journeys/wrong.mjs(2,',
    ]);
  });
