import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { loadJourney, refuseJourney } from '../../../src/journeys/load-journey.ts';
import { UserError } from '../../../src/kernel/errors.ts';
import type { Participant } from '../../../src/participants/participant.ts';

const test = base.extend<{ write: (name: string, content: string) => string }>({
  write: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'fullhouse-journey-test-'));
    await use((name, content) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    });
    rmSync(folder, { recursive: true, force: true });
  },
});
const options = { actions: 0, thinkMs: [0, 0] } as const;

test('loads the built-in journey by name', async () => {
  const journey = await loadJourney('attend-meeting', options);
  const nobody = { can: () => false, arrive: async () => 'meeting.join' } as unknown as Participant;
  expect(await journey(nobody)).toBe('gave up: meeting.join');
});

test('loads a journey from the default export of a file', async ({ write }) => {
  const file = write(
    'wave.ts',
    `interface Person { raiseHand(): Promise<{ outcome: string }> }
     export default async (person: Person) => (await person.raiseHand()).outcome === 'ok' ? 'completed' : 'gave up: hand.raise';`,
  );
  const journey = await loadJourney(file, options);
  const ends = (outcome: string) =>
    journey({ raiseHand: async () => ({ outcome }) } as unknown as Participant);
  expect([await ends('ok'), await ends('timeout')]).toEqual(['completed', 'gave up: hand.raise']);
});

test.describe('invalid journeys', () => {
  const cases: [title: string, name: string, content: string | undefined, message: RegExp][] = [
    [
      'an unknown journey name',
      'attend-meetings',
      undefined,
      /^JOURNEY: "attend-meetings" is not known\. Did you mean "attend-meeting"\? Use attend-meeting, or the path/,
    ],
    [
      'a journey file that does not exist',
      'none.ts',
      undefined,
      /^JOURNEY: the file "none\.ts" cannot be loaded: there is no such file\. Correct/,
    ],
    [
      'a journey file that throws an Error',
      'throws.ts',
      'throw new Error("not today\\nor ever");',
      /cannot be loaded: its code threw "not today"\. Correct/,
    ],
    [
      'a journey file that throws null',
      'null.ts',
      'throw null;',
      /cannot be loaded: its code threw null\. Correct/,
    ],
    [
      'a journey file with a syntax error',
      'wrong.ts',
      'export default async (person => {',
      /cannot be loaded: its syntax is wrong \(.*\)\. Correct/,
    ],
    [
      'a journey file with a missing import',
      'imports.ts',
      "import './nowhere.ts';",
      /a module that it imports is missing \(Cannot find module .*\)\. Correct/,
    ],
    ['a journey file with a NUL character', 'binary.ts', 'a\0b', /it contains a NUL character in line 1/],
    [
      'a journey file that exports a text',
      'text.ts',
      'export default "completed";',
      /exports no journey\. Write: export default async/,
    ],
    [
      'a journey file without a default export',
      'nothing.ts',
      'export const journey = 1;',
      /exports no journey\. Write: export default async/,
    ],
  ];
  for (const [title, name, content, message] of cases)
    test(`refuses ${title}`, async ({ write }) => {
      const failure = loadJourney(content === undefined ? name : write(name, content), options);
      await expect(failure).rejects.toThrow(message);
      await expect(failure).rejects.toBeInstanceOf(UserError);
      expect(((await failure.catch((error) => error)) as Error).message).not.toContain('\n');
    });

  test('refuses a folder before a run and when it loads the journey', async ({ write }) => {
    const folder = join(dirname(write('some.txt', '')), 'folder.ts');
    mkdirSync(folder);
    const message = /^JOURNEY: the file ".*" cannot be loaded: it is a folder; give a file\./;
    await expect(loadJourney(folder, options)).rejects.toThrow(message);
    expect(() => refuseJourney(folder)).toThrow(message);
  });

  test('refuses an invalid journey before a run without executing its file', ({ write }) => {
    refuseJourney('attend-meeting');
    refuseJourney(write('throws.ts', 'throw new Error("not today");'));
    expect(() => refuseJourney('none.ts')).toThrow(/^JOURNEY: the file "none\.ts" .*there is no such file/);
    expect(() => refuseJourney('attend')).toThrow(/^JOURNEY: "attend" is not known/);
    expect(() => refuseJourney('attend-meeting:x')).toThrow(
      /^JOURNEY: the weight in "attend-meeting:x" is not allowed\. Use a number above 0/,
    );
  });
});

test.describe('a weighted mix of journeys', () => {
  const journeyOf = (end: string) => `export default async () => ${JSON.stringify(end)};`;
  const draws = (number: number) => ({ random: () => number }) as unknown as Participant;

  test('assigns participants to journeys by weight', async ({ write }) => {
    const [often, seldom] = [
      write('often.ts', journeyOf('completed')),
      write('seldom.ts', journeyOf('gave up: x')),
    ];
    const journey = await loadJourney(`${often}:3, ${seldom}`, options);
    const ends = await Promise.all([0, 0.5, 0.74, 0.75, 0.99].map((number) => journey(draws(number))));
    expect(ends).toEqual(['completed', 'completed', 'completed', 'gave up: x', 'gave up: x']);
  });

  test('draws no random number for a single journey', async ({ write }) => {
    const journey = await loadJourney(`${write('only.ts', journeyOf('completed'))}:7`, options);
    const random = () => {
      throw new Error('a number was drawn');
    };
    expect(await journey({ random } as unknown as Participant)).toBe('completed');
  });

  test('reports all mistakes in a mix at once', async ({ write }) => {
    expect(() => refuseJourney('attend:3,none.ts:0,none.ts')).toThrow(
      [
        'JOURNEY: "attend" is not known. Use attend-meeting, or the path of a TypeScript file with a journey.',
        'JOURNEY: the weight in "none.ts:0" is not allowed. Use a number above 0, such as "none.ts:3".',
        'JOURNEY: "none.ts" is in the mix twice. Name each journey once.',
      ].join('\n'),
    );
    const files = `none.ts,${write('text.ts', 'export default 1;')}`;
    await expect(loadJourney(files, options)).rejects.toThrow(
      /there is no such file[\s\S]*exports no journey/,
    );
  });
});
