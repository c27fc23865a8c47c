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
