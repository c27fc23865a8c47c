import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, test } from '@playwright/test';
import { UserError } from '../../../../src/kernel/errors.ts';
import { loadProfile, profileNames, replacedProfiles } from '../../../../src/network/profiles/load.ts';

const source = { name: 'a test', what: 'nothing' };

test.describe('The loader of network profiles', () => {
  let folder: string;
  test.beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'profiles-'));
  });
  test.afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, content: unknown) =>
    writeFileSync(
      join(folder, `${name}.json`),
      typeof content === 'string' ? content : JSON.stringify(content),
    );

  test('lists the valid names and aliases for an unknown name', () => {
    write('slow', { rttMs: 500, aliases: ['snail'], source });
    write('fast', { rttMs: 5, source });
    const slow = 'Did you mean "slow"? ';
    for (const [name, meant] of [
      ['5g', ''],
      ['../slow', slow],
      ['', ''],
      ['slow.json', ''],
    ] as const) {
      expect(() => loadProfile(name, [folder])).toThrow(
        new UserError(`Unknown network profile "${name}". ${meant}Use one of: fast, slow, snail.`),
      );
    }
  });

  const bad: [title: string, content: unknown, ...mistakes: string[]][] = [
    [
      'a number out of range',
      { rttMs: -5, downKbps: 0, source },
      'downKbps is 0, but must be a number above 0, up to 1000000000.',
      'rttMs is -5, but must be a number from 0 to 600000.',
    ],
    [
      'numbers that a timer or a line cannot hold',
      { rttMs: 99_999_999_999, jitterMs: 600_001, upKbps: 1e12, source },
      'upKbps is 1000000000000, but must be a number above 0, up to 1000000000.',
      'rttMs is 99999999999, but must be a number from 0 to 600000.',
      'jitterMs is 600001, but must be a number from 0 to 600000.',
    ],
    ['a number in quotes', { rttMs: '50', source }, 'rttMs is "50", but must be a number from 0 to 600000.'],
    ['a missing source', { rttMs: 50 }, 'source is missing: it must be an object with name and what.'],
    [
      'an empty source name',
      { rttMs: 50, source: { name: ' ', what: 'x' } },
      'source.name is " ", but must be the name of the source.',
    ],
    [
      'an unknown field',
      { rtt: 50, rttMs: 50, source },
      'unknown field "rtt". Use some of: aliases, downKbps, upKbps, rttMs, oneWayMs, jitterMs, loss, source.',
    ],
    [
      'two kinds of latency',
      { rttMs: 50, oneWayMs: 25, source },
      'oneWayMs is 25, but must be absent when rttMs is given.',
    ],
    [
      'a profile without any effect',
      { jitterMs: 0, source },
      'a profile must have at least one of downKbps, upKbps, rttMs, oneWayMs, loss.',
    ],
    [
      'an unknown loss model',
      { loss: { model: 'random', percent: 5 }, source },
      'loss is {"model":"random","percent":5}, but must have a model and its numbers: "bernoulli" with percent, "gilbert-elliott" with lossPercent and meanBurst or with p and r.',
    ],
    [
      'a loss above 100%',
      { loss: { model: 'bernoulli', percent: 101 }, source },
      'loss.percent is 101, but must be a number from 0 to 100.',
    ],
    [
      'a mean burst too short for its loss',
      { loss: { model: 'gilbert-elliott', lossPercent: 80, meanBurst: 2 }, source },
      'loss.meanBurst is 2, but must be at least L / (1 - L), where L is the share that is lost.',
    ],
    [
      'an alias in the wrong format',
      { aliases: ['Slow 3G'], rttMs: 5, source },
      'aliases.0 is "Slow 3G", but must be words of lower-case letters and digits, joined by "-".',
    ],
  ];
  for (const [title, content, ...mistakes] of bad) {
    test(`names the file, the field and the rule for ${title}`, () => {
      write('bad', content);
      const file = relative(process.cwd(), join(folder, 'bad.json'));
      const message = mistakes.map((mistake) => `${file}: ${mistake}`).join('\n');
      expect(() => loadProfile('bad', [folder])).toThrow(new UserError(message));
      expect(() => profileNames([folder])).toThrow(new UserError(message));
    });
  }

  test('refuses a repeated field, and a file that is not UTF-8', () => {
    write('bad', '{"rttMs": 5,\n"rttMs": 500}');
    expect(() => loadProfile('bad', [folder])).toThrow(
      /bad\.json: it has "rttMs" \(line 2\) twice in the same object; keep one\.$/,
    );
    writeFileSync(join(folder, 'bad.json'), Buffer.from([0x7b, 0xe9]));
    expect(() => loadProfile('bad', [folder])).toThrow(
      /bad\.json: it is not valid UTF-8 text; save it as UTF-8\.$/,
    );
  });

  test('refuses a file that is not JSON, and JSON that is not an object', () => {
    write('bad', '{"rttMs": 5');
    expect(() => loadProfile('bad', [folder])).toThrow(/bad\.json: it is not JSON: .*\.$/);
    write('bad', '[]');
    expect(() => loadProfile('bad', [folder])).toThrow(/bad\.json: a profile must be an object\.$/);
  });

  test('loads a valid profile from a folder with an invalid profile', () => {
    write('bad', '{');
    write('good', { rttMs: 5, source });
    expect(loadProfile('good', [folder]).rttMs).toBe(5);
  });

  test('refuses an alias that is a name or alias of another profile', () => {
    write('one', { aliases: ['same'], rttMs: 5, source });
    write('two', { aliases: ['same'], rttMs: 6, source });
    expect(() => loadProfile('same', [folder])).toThrow(
      /two\.json: the alias "same" already belongs to one\. Use another alias\./,
    );
    write('two', { aliases: ['one'], rttMs: 6, source });
    expect(() => profileNames([folder])).toThrow(/two\.json: the alias "one" already belongs to one\./);
  });
});

test.describe('Network profiles of a project beside those of fullhouse', () => {
  let folder: string;
  const own = 'network-profiles';
  test.beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'profiles-'));
  });
  test.afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, content: object) =>
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ source, ...content }));

  test('both are known by their names and aliases', () => {
    write('train', { rttMs: 140, aliases: ['ice'] });
    const names = profileNames([folder, own]);
    expect(names).toEqual(expect.arrayContaining(['ice', 'train', '4g', 'sitespeed-4g']));
    expect(names.length).toBe(profileNames([own]).length + 2);
    expect(loadProfile('ice', [folder, own])).toMatchObject({ name: 'train', rttMs: 140 });
    expect(loadProfile('4g', [folder, own])).toMatchObject({ name: 'sitespeed-4g', rttMs: 85 });
    expect(replacedProfiles([folder, own])).toEqual([]);
  });

  test('the one of the project wins, by its name or alias, and a warning names its file', () => {
    write('sitespeed-4g', { rttMs: 1 });
    write('4g', { rttMs: 2 });
    write('slow', { rttMs: 3, aliases: ['wpt-3g'] });
    const found = ['sitespeed-4g', '4g', 'wpt-3g'].map((name) => loadProfile(name, [folder, own]).rttMs);
    expect(found).toEqual([1, 2, 3]);
    const file = (name: string) => relative(process.cwd(), join(folder, name));
    expect(replacedProfiles([folder, own])).toEqual([
      `${file('4g.json')} replaces the network profile "4g" of fullhouse.`,
      `${file('sitespeed-4g.json')} replaces the network profile "sitespeed-4g" of fullhouse.`,
    ]);
    expect(profileNames([folder, own]).filter((name) => name === '4g')).toHaveLength(1);
  });

  test('a mistake in a file of the project is an error, and the profile of fullhouse is not used instead', () => {
    write('sitespeed-4g', { rttMs: -1 });
    const file = relative(process.cwd(), join(folder, 'sitespeed-4g.json'));
    expect(() => loadProfile('sitespeed-4g', [folder, own])).toThrow(
      new UserError(`${file}: rttMs is -1, but must be a number from 0 to 600000.`),
    );
  });

  test('a project without the folder has those of fullhouse; a file in its place is an error', () => {
    expect(profileNames([join(folder, 'none'), own])).toEqual(profileNames([own]));
    expect(replacedProfiles([join(folder, 'none'), own])).toEqual([]);
    writeFileSync(join(folder, 'file'), '');
    expect(() => profileNames([join(folder, 'file'), own])).toThrow(
      /file could not be read: a part of its path is a file, not a folder \(ENOTDIR\)\./,
    );
  });
});
