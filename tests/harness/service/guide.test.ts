import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { DEFECT_RULE, parseDefects } from '../../../service/defects/catalogue.ts';

const guide = readFileSync(new URL('../../../docs/reference-service.md', import.meta.url), 'utf8');

/** The defects in the table of a page, each with its default number. */
function defectsIn(page: string) {
  const [, section = ''] = page.split(/^## Seeded defects.*$/m);
  return [...section.matchAll(/^\| `([a-z\d-]+)` \| (?:every )?(\d+)?[^|]*\|/gm)].map(([, name, number]) =>
    number ? `${name}=${number}` : name!,
  );
}

const defects = /^names from ([^:]+), separated by/
  .exec(DEFECT_RULE)![1]!
  .split(', ')
  .map((name) => {
    const number = [...parseDefects(name)!.values()][0];
    return number ? `${name}=${number}` : name;
  });

test('docs/reference-service.md lists exactly the seeded defects, with their numbers', () => {
  expect(defectsIn(guide).sort()).toEqual([...defects].sort());
});

test('the check of the guide finds a missing defect, a new name and a wrong number', () => {
  for (const [from, to] of [
    ['`ghosts`', '`ghost`'],
    ['every 5th', 'every 4th'],
    [/^\| `room-cut`.*\n/m, ''],
  ] as const) {
    const changed = guide.replace(from, to);
    expect(changed).not.toBe(guide);
    expect(defectsIn(changed).sort()).not.toEqual([...defects].sort());
  }
});
