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

test('the built-in journey has its name', async () => {
  const journey = await loadJourney('attend-meeting', options);
  const nobody = { can: () => false, arrive: async () => 'meeting.join' } as unknown as Participant;
  expect(await journey(nobody)).toBe('gave up: meeting.join');
});

test('any other is the default export of a file', async ({ write }) => {
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

test.describe('what is no journey is refused', () => {
  const cases: [name: string, content: string | undefined, message: RegExp][] = [
    [
      'attend-meetings',
      undefined,
      /^JOURNEY: "attend-meetings" is not known\. Use attend-meeting, or the path/,
    ],
    ['none.ts', undefined, /^JOURNEY: the file "none\.ts" cannot be loaded: there is no such file\. Correct/],
    [
      'throws.ts',
      'throw new Error("not today\\nor ever");',
      /cannot be loaded: its code threw "not today"\. Correct/,
    ],
    ['null.ts', 'throw null;', /cannot be loaded: its code threw null\. Correct/],
    [
      'wrong.ts',
      'export default async (person => {',
      /cannot be loaded: its syntax is wrong \(.*\)\. Correct/,
    ],
    [
      'imports.ts',
      "import './nowhere.ts';",
      /a module that it imports is missing \(Cannot find module .*\)\. Correct/,
    ],
    ['binary.ts', 'a\0b', /it holds a NUL character in line 1/],
    ['text.ts', 'export default "completed";', /exports no journey\. Write: export default async/],
    ['nothing.ts', 'export const journey = 1;', /exports no journey\. Write: export default async/],
  ];
  for (const [name, content, message] of cases)
    test(name, async ({ write }) => {
      const failure = loadJourney(content === undefined ? name : write(name, content), options);
      await expect(failure).rejects.toThrow(message);
      await expect(failure).rejects.toBeInstanceOf(UserError);
      expect(((await failure.catch((error) => error)) as Error).message).not.toContain('\n');
    });

  test('a folder, before a run and when it is loaded', async ({ write }) => {
    const folder = join(dirname(write('some.txt', '')), 'folder.ts');
    mkdirSync(folder);
    const message = /^JOURNEY: the file ".*" cannot be loaded: it is a folder; name a file\./;
    await expect(loadJourney(folder, options)).rejects.toThrow(message);
    expect(() => refuseJourney(folder)).toThrow(message);
  });

  test('before a run, what can be seen without executing the file', ({ write }) => {
    refuseJourney('attend-meeting');
    refuseJourney(write('throws.ts', 'throw new Error("not today");'));
    expect(() => refuseJourney('none.ts')).toThrow(/^JOURNEY: the file "none\.ts" .*there is no such file/);
    expect(() => refuseJourney('attend')).toThrow(/^JOURNEY: "attend" is not known/);
  });
});

test.describe('a mix by weight', () => {
  const journeyOf = (end: string) => `export default async () => ${JSON.stringify(end)};`;
  const draws = (number: number) => ({ random: () => number }) as unknown as Participant;

  test('gives each journey its part of the participants', async ({ write }) => {
    const [often, seldom] = [
      write('often.ts', journeyOf('completed')),
      write('seldom.ts', journeyOf('gave up: x')),
    ];
    const journey = await loadJourney(`${often}:3, ${seldom}`, options);
    const ends = await Promise.all([0, 0.5, 0.74, 0.75, 0.99].map((number) => journey(draws(number))));
    expect(ends).toEqual(['completed', 'completed', 'completed', 'gave up: x', 'gave up: x']);
  });

  test('a single journey draws no number', async ({ write }) => {
    const journey = await loadJourney(`${write('only.ts', journeyOf('completed'))}:7`, options);
    const random = () => {
      throw new Error('a number was drawn');
    };
    expect(await journey({ random } as unknown as Participant)).toBe('completed');
  });

  test('all mistakes are named at once', async ({ write }) => {
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
