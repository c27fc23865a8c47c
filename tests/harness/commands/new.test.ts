import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { writeNew } from '../../../src/commands/new/new.ts';
import { projectOf } from '../../../src/commands/new/project.ts';
import { loadProfile } from '../../../src/network/profiles/load.ts';
import type { FullhouseOptions } from '../../../src/project/options.ts';
import { parseTargets } from '../../../src/targets/parse.ts';
import { test } from './team-folder.ts';

const kinds = {
  journey: 'chat',
  target: 'release.json',
  profile: 'train',
  experiment: 'my-silence',
  'load-test': 'my-ramp',
  fault: 'cable-cut',
  check: 'delete',
};

/** Writes into a folder. Returns what was printed. */
function writer(folder: string, options: FullhouseOptions = {}) {
  const printed: string[] = [];
  const write = (kind: string, name: string) =>
    writeNew({ kind, name, project: projectOf(folder, options) }, (line) => printed.push(line));
  return { write, printed };
}

test('new writes each kind of file once, and the file is valid', ({ team }) => {
  const { write, printed } = writer(team.folder);
  for (const [kind, name] of Object.entries(kinds)) write(kind, name);
  // docs/examples has the same files, and other tests compile and follow them.
  expect(team.read('journeys/chat.ts')).toBe(readFileSync('docs/examples/chat.ts', 'utf8'));
  expect(team.read('tests/chaos/my-silence.spec.ts')).toContain("silent seconds (my-silence)?', () => {");
  expect(parseTargets(Object.entries(JSON.parse(team.read('targets/release.json'))))).toHaveLength(4);
  expect(loadProfile('train', [join(team.folder, 'network-profiles')])).toMatchObject({ name: 'train' });
  expect(team.read('faults/cable-cut.ts')).toContain(
    "export const cableCut = defineFault({\n  kind: 'cable-cut',\n  describe: () => 'cable-cut: nothing",
  );
  expect(team.read('checks/delete.ts')).toContain('export const deleteIt = defineCheck(');
  const load = team.read('tests/load/my-ramp.spec.ts');
  expect(load).toContain("name: 'my-ramp',\n  question: 'Does the service carry a quick ramp (my-ramp)?',");
  expect(load).toContain("journey: 'attend-meeting:3,./journeys/chat.ts:1',");
  expect(printed).toContainEqual(
    expect.stringMatching(/^ {2}import \{ cableCut \} from '.+cable-cut\.js';$/),
  );
  expect(printed).toEqual(
    expect.arrayContaining([
      '  await path.inflict(cableCut(), { ttlMs: 5000 });',
      '  checks: [deleteIt()],',
      '  TARGETS_FILE=targets/release.json npx playwright test --project=load',
      '  npx playwright test --project=load tests/load/my-ramp.spec.ts',
    ]),
  );
});

test('new never overwrites a file, and refuses names that are none', ({ team }) => {
  const { write } = writer(team.folder);
  team.write({ 'journeys/chat.ts': 'mine', targets: '' });
  expect(() => write('journey', 'chat')).toThrow('journeys/chat.ts exists already, and was not changed.');
  expect(team.read('journeys/chat.ts')).toBe('mine');
  for (const name of ['../chat', 'Chat', 'a b', '', '-a', 'x'.repeat(61)])
    expect(() => write('journey', name)).toThrow('is not a name for a journey. Use small letters');
  expect(() => write('target', 'other')).toThrow('a part of its path is a file, not a folder');
});

test('the first file of a phase brings the standard tests of the phase', ({ team }) => {
  const { write, printed } = writer(team.folder, { testDir: './fullhouse' });
  write('experiment', 'first');
  const files = () => Object.keys(team.all()).filter((path) => path.startsWith('fullhouse/'));
  expect(files()).toHaveLength(12);
  expect(printed.join('\n')).toContain('so it also has the 11 tests of\nfullhouse, one line each.');
  expect(team.read('fullhouse/chaos/packet-loss.spec.ts')).toBe(
    "import 'fullhouse/tests/chaos/packet-loss.spec';\n",
  );
  // Then the team decides: a removed one stays removed.
  rmSync(join(team.folder, 'fullhouse/chaos/packet-loss.spec.ts'));
  write('experiment', 'second');
  expect(files()).toHaveLength(12);
  expect(files()).not.toContain('fullhouse/chaos/packet-loss.spec.ts');
});

test('new files fit the language, the module type and the contract of the project', ({ team }) => {
  team.write({
    'package.json': '{}',
    'playwright.config.mjs': '',
    'contract.yaml': 'contract: fullhouse/1\noperations: { meeting.join: { post: "" } }\n',
  });
  const { write, printed } = writer(team.folder, { contract: './contract.yaml' });
  write('load-test', 'ramp');
  write('journey', 'look');
  expect(team.read('tests/load/ramp.spec.mjs')).toContain("journey: 'attend-meeting',");
  expect(team.read('journeys/look.mjs')).toMatch(/^\/\*\*\n \* Each participant looks at the meeting/);
  expect(printed).toContain("  journey: './journeys/look.mjs'   in a load test, then");
  team.write({ 'package.json': '{"type":"module"}' });
  write('check', 'mine');
  expect(Object.keys(team.all())).toContain('checks/mine.js');
});
