import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { installedTeam, outsideFolder } from '../package/team-repository.ts';

test('the packed package in a fresh folder: init, a load run with a verdict, a page and history', async () => {
  // Build, pack, two installations and a run.
  test.setTimeout(240_000);
  const folder = outsideFolder();
  try {
    const team = await installedTeam(folder);
    expect(await team.fullhouse('init --yes'), 'init').toMatchObject({ code: 0 });
    const { code, output } = await team.playwright('--project=load --workers=2');
    // On a busy machine, a run may be inconclusive. It may not fail.
    expect(output).toMatch(/^(✅ PASSED|❔ INCONCLUSIVE): /m);
    expect(code).toBe(output.includes('✅ PASSED: ') ? 0 : 2);
    expect(output).not.toMatch(/Warning:/);
    const [run] = readdirSync(join(team.folder, 'reports/runs'));
    for (const name of ['index.html', 'summary.json', 'verdict.json'])
      expect(team.exists(`reports/runs/${run}/${name}`), name).toBe(true);
    expect(readdirSync(join(team.folder, 'reports/history'))).toEqual([expect.stringContaining(run!)]);
    const listed = await team.fullhouse('runs');
    expect(listed).toMatchObject({ code: 0, output: expect.stringContaining(`${run}  load`) });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
