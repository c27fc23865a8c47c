import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { root } from '../../../scripts/build/build.ts';
import { stagedOnce } from './staged.ts';

const UPDATE = 'Look at what has changed for teams. Then run: npm run build -- --docs';

/** The exported names and types, and their guide. */
export function apiTests(): void {
  test('the shape of the API is the one of its report', async () => {
    expect(readFileSync((await stagedOnce()).report, 'utf8'), UPDATE).toBe(textOf('etc/fullhouse.api.md'));
  });

  test('docs/api.md has the docstrings of the code', async () => {
    expect((await stagedOnce()).guide(), UPDATE).toBe(textOf('docs/api.md'));
  });

  test('types of the implementation stay out of the API', () => {
    const forgotten = [
      ...textOf('etc/fullhouse.api.md').matchAll(/The symbol "(\w+)" needs to be exported/g),
    ];
    const names = [...new Set(forgotten.map(([, name]) => name))];
    // Each of these would bring its whole part of the harness into the types of teams.
    const inner = [
      'Contract',
      'Identity',
      'Timings',
      'Settings',
      'Run',
      'ProtocolParticipant',
      'ReferenceService',
    ];
    expect(names.filter((name) => inner.includes(name!))).toEqual([]);
  });
}

function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
