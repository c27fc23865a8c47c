import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from '@playwright/test';
import { test, toolsIn } from './installed.ts';

/** Version 10 warns about build scripts without approval. Since version 11, the installation fails because of them. */
for (const version of ['10', 'latest'])
  test(`pnpm ${version}: a strict node_modules is enough`, async ({ team, installed }) => {
    test.setTimeout(300_000);
    const tools = await toolsIn(team, [`pnpm@${version}`]);
    test.skip(tools === undefined, 'pnpm cannot be installed here');
    const packed = readdirSync(dirname(installed.folder)).find((name) => name.endsWith('.tgz'))!;
    const strict = team.beside('strict');
    strict.path = [join(tools!, '.bin')];
    const data = team.beside('data').folder;
    strict.environment = { XDG_DATA_HOME: data, XDG_CACHE_HOME: data, XDG_STATE_HOME: data, CI: '1' };
    strict.write({ 'package.json': '{ "name": "strict", "version": "1.0.0" }' });
    const pnpm = (args: string) => strict.run('pnpm', args.split(' '));
    const added = await pnpm(`add --save-dev ${join(dirname(installed.folder), packed)}`);
    expect(added.code === 0 || added.output.includes('ERR_PNPM_IGNORED_BUILDS'), added.output).toBe(true);
    // The package finds only what it declares.
    expect(readdirSync(join(strict.folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'fullhouse',
    ]);
    const init = await pnpm('exec fullhouse init --yes');
    expect(init.code, init.output).toBe(0);
    const { code, output } = await pnpm('exec playwright test --project=load --workers=2');
    expect(output).toMatch(/^(✅ PASSED|❔ INCONCLUSIVE): /m);
    expect([0, 2]).toContain(code);
    expect((await pnpm('exec fullhouse runs')).output).toMatch(/ load +(passed|inconclusive) /);
    // The store has read-only files.
    execFileSync('chmod', ['-R', 'u+w', data]);
  });
