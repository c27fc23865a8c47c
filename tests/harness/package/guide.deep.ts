import { rmSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { blocks } from '../docs/guides.ts';
import { installedTeam, outsideFolder } from './team-repository.ts';

const GUIDE = 'docs/your-repository.md';

/** The files that the guide shows, without its examples of further configurations. */
const files = Object.fromEntries(
  blocks
    .filter(({ guide, place }) => guide === GUIDE && place !== undefined)
    .filter(({ place }) => !/.+\/playwright\.config\.ts$/.test(place!))
    .map(({ place, text }) => [place!, text]),
);

/** The line of the guide that adds an operation to a contract. */
const operation = blocks
  .filter(({ guide, language }) => guide === GUIDE && language === 'yaml')
  .flatMap(({ text }) => text.split('\n').filter((line) => /^ {2}[\w.]+:/.test(line)));

/** A run that passed, or that a busy machine made inconclusive. */
function expectNoFailure({ code, output }: { code: number | null; output: string }): void {
  expect(output).toMatch(/^(✅ PASSED|❔ INCONCLUSIVE): /m);
  expect(code).toBe(output.includes('✅ PASSED: ') ? 0 : 2);
}

test('the guide for a team works as written: from an empty folder to its own experiment', async () => {
  test.setTimeout(420_000);
  expect(Object.keys(files)).toEqual([
    'playwright.config.ts',
    'journeys/look-around.ts',
    'tests/load/look-around.spec.ts',
    'faults/slow-uplink.ts',
    'checks/nobody-alone.ts',
    'tests/chaos/slow-uplink.spec.ts',
  ]);
  expect(operation).toHaveLength(1);
  const folder = outsideFolder();
  try {
    const team = await installedTeam(folder);
    expect(await team.fullhouse('init --yes'), 'init').toMatchObject({ code: 0 });
    const contract = team.read('contract.yaml').replace(/^operations:\n/m, `$&${operation[0]}\n`);
    expect(parse(contract).operations).toHaveProperty(['meeting.active', 'query']);
    team.write({ ...files, 'contract.yaml': contract });
    // The environment of these tests has small values; the load test of the guide has its own schedule and targets.
    const load = await team.playwright('--project=load look-around');
    expectNoFailure(load);
    expect(load.output).toMatch(/^ {2}meeting\.active +\d+ +0 /m);
    const chaos = await team.playwright('--project=chaos slow-uplink');
    expectNoFailure(chaos);
    expect(chaos.output).toContain('✅ no user is alone in a roster: ');
    expect(chaos.output).toContain('✅ the uplink was really slow: ');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
