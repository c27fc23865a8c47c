import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { Finding, NamedCheck } from '../../../src/checks/check.ts';
import { allOfThese } from '../../../src/checks/judge.ts';
import { type Entry, toNdjson } from '../../../src/checks/ledger.ts';
import { main } from '../../../src/experiments/recheck.ts';
import { inProcess } from '../kernel/run-command.ts';
import { type KeptRun, test } from '../reporters/kept-run.ts';
import { journal } from '../views/page/rich-run.ts';

/** A roster with these users, as the service reported it. */
const roster = (...users: string[]): Entry => ({
  n: 0,
  at: 0,
  who: 'experiment',
  type: 'state',
  source: 'service',
  state: { status: 'active', roster: users.map((userId) => ({ userId, handRaised: false })) },
});

const joined = (who: string): Entry => ({ n: 0, at: 0, who, type: 'ok', call: 0, op: 'meeting.join' });

/** Saves an experiment like the fixture: its history, and a journal whose checks had this verdict. */
function keepExperiment(
  { folder }: KeptRun,
  {
    name = 'storm',
    checks = [{ name: 'no user is in the roster twice' }] as (NamedCheck & { own?: true })[],
    entries = [roster('a', 'b')],
    findings = [] as Finding[],
  },
  verdict: Finding['verdict'] = 'passed',
): void {
  const { fullhouse, ...rest } = journal({ title: name });
  const finding = { check: 'as it was then', verdict, message: '', evidence: [] };
  const kept = {
    ...rest,
    fullhouse: { ...fullhouse, findings, checks: checks.map((named) => ({ ...named, finding })) },
  };
  mkdirSync(join(folder, 'chaos'), { recursive: true });
  writeFileSync(join(folder, `chaos/${name}.json`), JSON.stringify(kept));
  writeFileSync(join(folder, `chaos/${name}.ledger.ndjson`), toNdjson(entries));
}

test('recheck judges the saved histories again', async ({ keptRun }) => {
  keepExperiment(keptRun, { entries: [roster('a', 'b'), roster('a')] });
  expect(await inProcess(main, [keptRun.id])).toMatchObject({
    code: 0,
    out: '\nstorm (2 entries)\n   ✅ no user is in the roster twice: 2 rosters\n',
    err: '',
  });
});

test('recheck does not judge times when the load generator was late', async ({ keptRun }) => {
  const checks: NamedCheck[] = [{ name: 'every view equals the service’s state' }];
  const view: Entry = {
    n: 1,
    at: 1,
    who: 'a',
    type: 'state',
    source: 'view',
    state: { status: 'active', roster: [] },
  };
  const late: Finding = {
    check: 'l',
    about: 'generator',
    verdict: 'inconclusive',
    message: '',
    evidence: [],
  };
  keepExperiment(keptRun, { name: 'late', checks, entries: [roster('a'), view], findings: [late] });
  keepExperiment(keptRun, { name: 'on-time', checks, entries: [roster('a'), view] });
  const { code, out } = await inProcess(main, [keptRun.id]);
  expect(code).toBe(1);
  expect(out.match(/[❔❌] every view/g)).toEqual(['❔ every view', '❌ every view']);
});

test('recheck exits 1 when a check does not pass, and prints its earlier verdict', async ({ keptRun }) => {
  const checks: NamedCheck[] = [
    { name: 'no user is in the roster twice' },
    { name: 'the capacity is exact', parameters: { limit: 2 } },
  ];
  keepExperiment(keptRun, { name: 'broken', checks, entries: [joined('a'), roster('a', 'a', 'b')] });
  keepExperiment(keptRun, { name: 'whole' });
  const { code, out } = await inProcess(main, [keptRun.id]);
  expect(code).toBe(1);
  expect(out).toContain(
    [
      'broken (2 entries)',
      '   ❌ no user is in the roster twice: 1 roster, 1 violation',
      '        a is in the roster more than once (service, entry 0)',
      '   verdict during the run: passed',
    ].join('\n'),
  );
  // The check uses the parameters of the journal.
  expect(out).toContain('the roster had 3, the limit is 2');
  expect(out).toContain('\nwhole (1 entry)\n   ✅ no user is in the roster twice');
});

test('recheck exits 1 when a check fails as it did before', async ({ keptRun }) => {
  keepExperiment(keptRun, { entries: [roster('a', 'a')] }, 'failed');
  const { code, out } = await inProcess(main, [keptRun.id]);
  expect(code).toBe(1);
  expect(out).not.toContain('verdict during the run');
});

test('recheck exits 1 when a check has nothing to judge', async ({ keptRun }) => {
  keepExperiment(keptRun, { entries: [] });
  expect(await inProcess(main, [keptRun.id])).toMatchObject({
    code: 1,
    out: expect.stringContaining('   verdict during the run: passed\n'),
  });
});

test('recheck names an unknown run, and lists runs with experiments', async ({ keptRun }) => {
  keepExperiment(keptRun, {});
  const { code, out, err } = await inProcess(main, ['20000101-000000-none']);
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/^Run "20000101-000000-none" has no experiments\. Use one of: .*\.\n$/);
  expect(err).toContain(keptRun.id);
});

test('recheck names an unknown check, and lists the known ones', async ({ keptRun }) => {
  const checks = [{ name: 'nobody thrice' }] as unknown as NamedCheck[];
  keepExperiment(keptRun, { checks });
  const { code, err } = await inProcess(main, [keptRun.id]);
  expect(code).toBe(1);
  expect(err).toMatch(
    /cannot be judged again: Unknown check "nobody thrice"\. Use one of: .*no user is in the roster twice/,
  );
});

test('recheck names checks of a team that it cannot judge, and keeps their verdicts', async ({ keptRun }) => {
  const inside = allOfThese({ title: 'Meeting A', idsBegin: 'a', checks: [{ name: 'nobody is alone' }] });
  const checks = [
    { name: 'nobody is alone', own: true as const },
    { ...inside, own: true as const },
    { name: 'no user is in the roster twice' },
  ];
  keepExperiment(keptRun, { name: 'mine', checks });
  expect(await inProcess(main, [keptRun.id])).toMatchObject({
    code: 0,
    out: [
      '\nmine (1 entry)',
      '   not judged again: own check "nobody is alone" (during the run: passed)',
      '   not judged again: own check "Meeting A" (during the run: passed)',
      '   ✅ no user is in the roster twice: 1 roster\n',
    ].join('\n'),
    err: '',
  });
  keepExperiment(keptRun, { name: 'mine', checks }, 'failed');
  const { code, out } = await inProcess(main, [keptRun.id]);
  expect(code).toBe(1);
  expect(out).toContain('own check "nobody is alone" (during the run: failed)');
});

test('recheck refuses a journal of another version', async ({ keptRun }) => {
  keepExperiment(keptRun, {});
  const path = join(keptRun.folder, 'chaos/storm.json');
  const { fullhouse, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...rest, fullhouse: { ...fullhouse, version: undefined } }));
  const { code, err } = await inProcess(main, [keptRun.id]);
  expect(code).toBe(1);
  expect(err).toContain(
    'storm.ledger.ndjson has version 1, but this fullhouse judges version 3. Judge it with',
  );
});

test('recheck names a damaged history, exits 1 and judges the others', async ({ keptRun }) => {
  keepExperiment(keptRun, { name: 'whole' });
  keepExperiment(keptRun, { name: 'cut' });
  writeFileSync(join(keptRun.folder, 'chaos/cut.ledger.ndjson'), '{"n":0,"type":"st');
  keepExperiment(keptRun, { name: 'odd' });
  writeFileSync(join(keptRun.folder, 'chaos/odd.json'), '{"experiment":{}}');
  const { code, out, err } = await inProcess(main, [keptRun.id]);
  expect(code).toBe(1);
  expect(out).toContain('\nwhole (1 entry)\n');
  expect(err.trimEnd().split('\n')).toEqual([
    expect.stringMatching(
      /cut\.ledger\.ndjson cannot be judged again: line 1 is not an entry of a ledger\. Restore/,
    ),
    expect.stringMatching(
      /odd\.ledger\.ndjson cannot be judged again: its journal has an invalid experiment\.title /,
    ),
  ]);
});

test('recheck refuses a run without experiments and a second argument', async ({ keptRun }) => {
  mkdirSync(keptRun.folder, { recursive: true });
  for (const written of [keptRun.id, '..', 'nope']) {
    const { code, err } = await inProcess(main, [written]);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^Run ".*" has no experiments\. (Use one of: \S.*|Start a run with `npx playwright test`)\.\n$/,
    );
  }
  expect((await inProcess(main, [keptRun.id, 'x'])).err).toMatch(
    /^Unexpected argument "x"\. See `npx fullhouse recheck --help`\.\n$/,
  );
});
