import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { loadJourney } from '../../../src/journeys/load-journey.ts';
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
    ['none.ts', undefined, /^JOURNEY: the file ".*none\.ts" cannot be loaded: /],
    ['throws.ts', 'throw new Error("not today");', /cannot be loaded: Error: not today$/],
    ['text.ts', 'export default "completed";', /exports no journey\. Write: export default async/],
    ['nothing.ts', 'export const journey = 1;', /exports no journey\. Write: export default async/],
  ];
  for (const [name, content, message] of cases)
    test(name, async ({ write }) => {
      const failure = loadJourney(content === undefined ? name : write(name, content), options);
      await expect(failure).rejects.toThrow(message);
      await expect(failure).rejects.toBeInstanceOf(UserError);
    });
});
