import { expect, test } from '@playwright/test';
import { readCommandLine } from '../../../src/config/command-line.ts';
import { UserError } from '../../../src/kernel/errors.ts';
import { type Askable, askedPhases, type ListedTest } from '../../../src/run/asked-phases.ts';
import { phaseFolders } from '../../../src/run/phase-folders.ts';
import {
  refuseForSeveral,
  refuseOptions,
  refuseRelativePaths,
  refuseShardsOfSeveral,
} from '../../../src/run/refused-options.ts';

const read = (written: string) =>
  readCommandLine(['node', 'playwright', 'test', ...written.split(' ').filter(Boolean)]);

const never = () => Promise.reject(new Error('Playwright was asked for its tests without need.'));

const askable: Askable = { folders: phaseFolders('tests'), ownProjects: [] };

/** The names of the requested phases; fails if Playwright is asked for its tests. */
const asked = async (written: string) =>
  (await askedPhases(read(written), askable, never)).phases.map(({ name }) => name);

test.describe('Which phases does a command line ask for?', () => {
  const all = 'load chaos bench conduct';
  const table: [string, string][] = [
    ['', all],
    ['--workers=4 --max-failures 1', all],
    ['--project=load', 'load'],
    ['--project=bench --project=load', 'load bench'],
    ['--project conduct chaos', 'chaos conduct'],
    ['--project=LOAD', 'load'],
    ['--project=*', all],
    ['--project=*h*', 'chaos bench'],
    ['--project=ch*', 'chaos'],
    ['--project=load*', 'load'],
    ['--project=load --grep slice', 'load'],
    ['tests/load', 'load'],
    ['./tests/chaos/packet-loss.spec.ts:12:3', 'chaos'],
    ['tests/chaos/packet-loss.spec.ts:12:3 tests/chaos/database', 'chaos'],
    ['rapid-JOIN', 'chaos'],
    ['/endpoints/', 'bench'],
    ['--project=bench tests/load tests/bench', 'bench'],
    ['--shard=1/2', 'load'],
    ['--shard=1/2 --project=chaos', 'chaos'],
    ['--pass-with-no-tests nothing-like-this', ''],
  ];
  for (const [written, phases] of table)
    test(`"${written}" asks for ${phases || 'no phase'}`, async () => {
      const asking = asked(written);
      if (phases === '' && !written.includes('pass'))
        await expect(asking).rejects.toThrow('No test file matches');
      else expect((await asking).join(' ')).toBe(phases);
    });

  const listed: ListedTest[] = [
    { project: 'chaos', file: 'packet-loss.spec.ts', titles: ['What is lost?', '30 % of packets'] },
    { project: 'bench', file: 'endpoints.spec.ts', titles: ['How fast?', '', 'health check'] },
  ];

  for (const written of [
    '--grep packets|health',
    '-G slice',
    'tests/chaos/packet-loss.spec.ts:12 tests/bench/endpoints.spec.ts:3',
    '--only-changed',
    '--test-list=some.txt',
  ])
    test(`"${written}" asks for the phases of the tests that Playwright lists`, async () => {
      const { phases } = await askedPhases(read(written), askable, () => Promise.resolve(listed));
      expect(phases).toEqual([
        {
          name: 'chaos',
          only: { files: ['packet-loss.spec.ts'], titles: ['What is lost? 30 % of packets'] },
        },
        { name: 'bench', only: { files: ['endpoints.spec.ts'], titles: ['How fast? health check'] } },
      ]);
    });
});

test.describe('Which projects of the team does a command line ask for?', () => {
  const beside: Askable = { ...askable, ownProjects: ['web', 'api'] };
  const listed: ListedTest[] = [
    { project: 'web', file: 'login.spec.ts', titles: ['a user logs in'] },
    { project: 'chaos', file: 'packet-loss.spec.ts', titles: ['What is lost?', '30 % of packets'] },
  ];
  const table: [string, string, boolean][] = [
    ['', 'load chaos bench conduct', true],
    ['--project=load', 'load', false],
    ['--project=web', '', true],
    ['--project=web --project=chaos', 'chaos', true],
    ['--project=*', 'load chaos bench conduct', true],
    ['e2e/login.spec.ts', '', true],
    ['login packet-loss', 'chaos', true],
    ['--grep logs', 'chaos', true],
  ];
  for (const [written, phases, isBeside] of table)
    test(`"${written}" asks for ${phases || 'no phase'}${isBeside ? ' and for projects of the team' : ''}`, async () => {
      const found = await askedPhases(read(written), beside, () => Promise.resolve(listed));
      expect(found.phases.map(({ name }) => name).join(' ')).toBe(phases);
      expect(found.isBeside).toBe(isBeside);
    });

  test('an unknown project is refused with the names of all', async () => {
    await expect(askedPhases(read('--project=wep'), beside, never)).rejects.toThrow(
      'There is no project "wep". Did you mean "web"? Use --project with load, chaos, bench, conduct, capacity, soak, web, api.',
    );
  });
});

/** The error message for a command line. */
async function refusal(written: string): Promise<string> {
  const line = read(written);
  try {
    refuseOptions(line);
    refuseForSeveral(line, (await askedPhases(line, askable, never)).phases);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return 'not refused';
}

test.describe('Which command lines are refused before the run?', () => {
  const table: [string, ...RegExp[]][] = [
    ['--project=laod', /no phase "laod".*load, chaos, bench, conduct/],
    ['--project=machine', /no phase "machine"/],
    ['--project=*verdict', /--project=load/],
    ['tests/bench/endpoints.verdict.ts', /measurements of the other files of the phase/],
    ['tests/[', /not a regular expression/],
    ['--ui', /--ui cannot be used/],
    ['--ui-port=0', /--ui-port cannot be used/],
    ['--last-failed', /--last-failed cannot be used/],
    ['--shuffle', /--shuffle cannot be used/],
    ['--workers=many', /--workers=many is not a number of workers\. Use a whole number from 1/],
    ['--workers=0', /--workers=0 is not/],
    ['-j 4x', /--workers=4x is not/],
    ['--browser=all', /--browser cannot be used/],
    ['--repeat-each=2 --retries 1', /--repeat-each=2 cannot be used/, /--retries=1 cannot be used/],
    ['--timeout=1', /--timeout=1 cannot be used: it would end each test before it has begun\. Use 1000 ms/],
    ['--no-deps', /--no-deps .*\(load, chaos, bench, conduct\)/],
    ['--no-deps --project=load --project=bench', /--no-deps .*\(load, bench\)/],
    ['--shard=1/2 --project=load --project=chaos', /--shard=1\/2 divides one phase/],
  ];
  for (const [written, ...sentences] of table)
    test(`refuses "${written}"`, async () => {
      const said = await refusal(written);
      for (const sentence of sentences) expect(said).toMatch(sentence);
      expect(said.split('\n')).toHaveLength(sentences.length);
    });

  for (const written of [
    '--no-deps --project=load',
    '--repeat-each=1 --retries=0',
    '--shard=1/2',
    '-x',
    '--workers=50%',
    '-j 3',
    '--timeout=0',
  ])
    test(`accepts "${written}"`, async () => {
      expect(await refusal(written)).toBe('not refused');
    });
});

test('names the nearest phase and file, and refuses the line of a load test', async () => {
  await expect(asked('--project=laod')).rejects.toThrow('There is no phase "laod". Did you mean "load"?');
  await expect(asked('--project=xyz')).rejects.toThrow('There is no phase "xyz". Use --project with load,');
  await expect(asked('tests/chaos/paket-loss.spec.ts:3')).rejects.toThrow(
    'No test file matches "tests/chaos/paket-loss.spec.ts:3". Did you mean tests/chaos/packet-loss.spec.ts?',
  );
  await expect(asked('tests/load/meeting-sessions.spec.ts:12')).rejects.toThrow(
    '"tests/load/meeting-sessions.spec.ts:12" names a line, but a load test is a whole file: its slices and its verdict belong together. Use tests/load/meeting-sessions.spec.ts.',
  );
});

test('refuses a shard of several load tests and accepts a shard of one', () => {
  const files = ['meeting-sessions.spec.ts', 'ramp.spec.ts'];
  expect(() => refuseShardsOfSeveral(read('--shard=1/2'), files)).toThrow(
    '--shard=1/2 divides one load test, and several were chosen (meeting-sessions.spec.ts, ramp.spec.ts). Name one, such as tests/load/meeting-sessions.spec.ts.',
  );
  refuseShardsOfSeveral(read('--shard=1/2'), files.slice(1));
  refuseShardsOfSeveral(read(''), files);
});

test.describe('relative paths on the command line', () => {
  const here = process.cwd();
  const elsewhere = '/some/where';
  const merge = readCommandLine(['node', 'playwright', 'merge-reports', '--config', '../x.ts', 'blobs']);

  test('are refused outside the folder of the project', () => {
    expect(() => refuseRelativePaths(read('--test-list=some.txt'), here, elsewhere)).toThrow(
      '/some/where/some.txt',
    );
    expect(() => refuseRelativePaths(merge, here, elsewhere)).toThrow('/some/where/blobs');
  });

  test('are accepted in the folder of the project, as are absolute paths elsewhere', () => {
    refuseRelativePaths(read('--test-list=some.txt'), here);
    refuseRelativePaths(merge, here);
    refuseRelativePaths(read('--test-list=/some.txt tests/load'), here, elsewhere);
  });
});
