import { expect } from '@playwright/test';
import { test } from './installed.ts';

const endings = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'];
const options = "{ contract: './contract.yaml' }";
const importing = `import { defineFullhouse } from 'fullhouse';\nexport default defineFullhouse(${options});\n`;
const requiring = `const { defineFullhouse } = require('fullhouse');\nmodule.exports = defineFullhouse(${options});\n`;

for (const type of [undefined, 'commonjs', 'module'])
  test(`each ending of the configuration works in a package with the type ${type ?? 'that npm assumes'}`, async ({
    team,
  }) => {
    test.setTimeout(240_000);
    team.write({ 'package.json': JSON.stringify({ name: 'team', version: '1.0.0', type }) });
    for (const ending of endings) {
      team.remove('playwright.config.ts', ...endings.map((each) => `playwright.config.${each}`));
      const text = ['cjs', 'cts'].includes(ending) ? requiring : importing;
      team.write({ [`playwright.config.${ending}`]: text });
      const listed = await team.playwright('--list');
      expect(listed.output, ending).toContain('[load] › tests/load/meetings.spec.ts:3:1 ›');
      expect(listed.output, ending).toContain('[conduct] › ');
      const settings = await team.fullhouse('settings CONTRACT');
      expect(settings.output, ending).toMatch(/value +\.\/contract\.yaml\n +from +configuration/);
      expect([listed.code, settings.code], ending).toEqual([0, 0]);
      expect(listed.output + settings.output, ending).not.toContain('Warning:');
    }
  });

for (const type of ['commonjs', 'module'])
  test(`JavaScript only, in a package with the type ${type}: what init writes runs`, async ({ team }) => {
    test.setTimeout(240_000);
    team.remove('playwright.config.ts', 'tests', 'journeys', 'faults', 'contract.yaml');
    team.write({ 'package.json': JSON.stringify({ name: 'team', version: '1.0.0', type }) });
    expect(await team.fullhouse('init --yes --javascript --no-install')).toMatchObject({ code: 0 });
    expect(team.exists('playwright.config.ts')).toBe(false);
    const { code, output } = await team.playwright('--project=load --workers=2');
    expect(output).toMatch(/^(✅ PASSED|❔ INCONCLUSIVE): /m);
    expect([0, 2]).toContain(code);
  });
