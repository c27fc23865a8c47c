import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { root } from '../../../scripts/build/build.ts';
import { teamFolder } from './staged.ts';

const examples = join(root, 'docs', 'examples');

/** Our examples that a team can have: they import nothing of the checkout. */
function teamExamples(): string[] {
  return readdirSync(examples).filter(
    (name) => name.endsWith('.ts') && !readFileSync(join(examples, name), 'utf8').includes("'../../src/"),
  );
}

const more = `
import { type Cohort, defineFullhouse, type RecordedParticipant, expect, test } from 'fullhouse';
import { fullhouseReporters } from 'fullhouse/reporters';
import 'fullhouse/tests/chaos/packet-loss.spec';

export const config = defineFullhouse({ contract: 'contract.yaml', settings: { CONCURRENT_USERS: 5 } });
// @ts-expect-error an unknown option
export const wrong = defineFullhouse({ contracts: 'contract.yaml' });
export const reporters = fullhouseReporters([['list']]);
export const arrive = async (cohort: Cohort): Promise<RecordedParticipant[]> => cohort.arrive('m', 2);

test('a fault of the link', async ({ link, experiment }) => {
  const path = await link.open('all');
  // @ts-expect-error an unknown fault
  await path.inflict({ kind: 'nonsense' });
  await path.inflict({ kind: 'stalled', direction: 'both' });
  expect(experiment.seed).toBeGreaterThan(0);
  // @ts-expect-error what is internal is not in the types
  experiment.rollBack();
});
`;

/** The ways in which a team's TypeScript finds our types. */
const ways = [
  { module: 'ESNext', moduleResolution: 'bundler', type: 'module' },
  { module: 'NodeNext', moduleResolution: 'NodeNext', type: 'module' },
  { module: 'NodeNext', moduleResolution: 'NodeNext', type: 'commonjs' },
  { module: 'Node16', moduleResolution: 'Node16', type: 'commonjs' },
] as const;

/** The types compile in each kind of TypeScript project. */
export function typesTests(): void {
  for (const { module, moduleResolution, type } of ways) {
    test(`the types fit ${moduleResolution} in a ${type} package`, () => {
      const team = teamFolder(`types-${moduleResolution}-${type}`, { type });
      mkdirSync(join(team, 'src'));
      for (const name of teamExamples()) cpSync(join(examples, name), join(team, 'src', name));
      writeFileSync(join(team, 'src', 'more.ts'), more);
      const compilerOptions = {
        module,
        moduleResolution,
        target: 'ES2022',
        lib: ['ES2023', 'ESNext.Disposable', 'DOM'],
        types: ['node'],
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        allowImportingTsExtensions: true,
      };
      writeFileSync(join(team, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
      const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
      const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', team], { encoding: 'utf8' });
      expect(stdout).toBe('');
      expect(status).toBe(0);
    });
  }
}
