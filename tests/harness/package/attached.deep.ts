import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startForeignProcess } from '../foreign/start.ts';
import { installedTeam, outsideFolder, type TeamRepository } from './team-repository.ts';

const contract = join(import.meta.dirname, '../../../docs/examples/contracts/rest-v2.yaml');
const passed = /^(✅ PASSED|❔ INCONCLUSIVE): /m;

let team: TeamRepository;
let folder: string;
test.beforeAll(async () => {
  test.setTimeout(300_000);
  folder = outsideFolder();
  team = await installedTeam(folder);
});
test.afterAll(() => rmSync(folder, { recursive: true }));

test("a team's own service with its contract: every phase, without the packages of the reference service", async () => {
  test.setTimeout(420_000);
  const service = await startForeignProcess('rest-v2');
  try {
    cpSync(contract, join(team.folder, 'contract.yaml'));
    team.environment = { ...service.environment, MEETINGS_SERVICE_URL: service.url };
    const init = await team.fullhouse(`init --yes --service ${service.url} --contract contract.yaml`);
    expect(init, init.output).toMatchObject({ code: 0 });
    expect(team.exists('node_modules/fastify')).toBe(false);
    const check = await team.fullhouse('contract check contract.yaml');
    expect(check.output).toMatch(/All \d+ steps match the contract/);
    const experiments =
      'one-way websocket-drops reconnection-storm rapid-join-leave packet-loss service-restart';
    for (const phase of ['load --workers=2', 'conduct', 'bench', `chaos ${experiments}`]) {
      const { code, output } = await team.playwright(`--project=${phase}`);
      expect(output, phase).toMatch(passed);
      expect([0, 2], phase).toContain(code);
    }
    const runs = await team.fullhouse('runs');
    expect(runs.output.match(/ (load|conduct|bench|chaos) +(passed|inconclusive)/g)).toHaveLength(4);
  } finally {
    service.child.kill();
    await service.ended;
  }
});

test('the reference service names the packages that it needs', async () => {
  team.environment = {};
  // Without a contract, the service is the reference service.
  const config = "import { defineFullhouse } from 'fullhouse';\nexport default defineFullhouse({});\n";
  team.write({ 'playwright.config.ts': config });
  const { code, output } = await team.playwright('--project=load');
  expect(output).toContain('packages that are not installed. Add them with:');
  expect(output).toContain('npm install --save-dev');
  expect(code).toBe(1);
});
