import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { reasonText } from '../../../src/history/reason.ts';
import { readEvidence } from '../../../src/results/evidence/read.ts';
import { summariseSoak } from '../../../src/results/summary/soak.ts';
import { Run, survivors } from './run.ts';

/** Rounds of 10 s of work and 10 s of rest. */
const SHORT = { SOAK_FOR: '60s', SOAK_ROUNDS: '3', REQUESTS_PER_USER: '4', BROWSER_USERS: '0' };

test.describe.configure({ timeout: 300_000 });

function soak(settings: Record<string, string> = {}, through: readonly string[] = []): Run {
  return new Run({ ...SHORT, ...settings }, ['--project=soak', '--workers=2'], through);
}

/** The id of a run that has printed it. */
function idOf({ output }: Run): string {
  return /^Run +(\S+)$/m.exec(output)![1]!;
}

function evidenceOf(id: string) {
  const { soak: kept, facts, crowds, damaged } = readEvidence(id);
  expect([crowds, damaged]).toEqual([[], []]);
  return { ...kept!, summary: summariseSoak(kept!, facts!) };
}

/** The workers of a run: each hosts one slice. */
function workersOf(run: Run): number[] {
  return [...run.descendants]
    .filter(([, command]) => command.includes('workerProcessEntry'))
    .map(([pid]) => pid);
}

test('a soak runs its rounds, and keeps nothing but their compacted evidence', async () => {
  const run = soak();
  const { output, id } = await run.end();
  expect(
    output.match(/^Soak {2}round \d of 3: .*ested in \d+ s$|^Soak {2}round \d of 3: .*not at rest/gm),
  ).toHaveLength(3);
  const { summary, plan, samples } = evidenceOf(id!);
  expect(plan).toMatchObject({ ended: true, stopped: null });
  expect(summary.rounds.map(({ isWhole }) => isWhole)).toEqual([true, true, true]);
  expect(summary.reasons.filter(({ kind }) => kind === 'counts differ')).toEqual([]);
  expect(samples.length).toBeGreaterThan(30);
  expect(Object.keys(samples[0]!.values)).toContain('os.sockets');
});

test('a killed main process loses at most 10 s, and the round that was active is in the report', async () => {
  const run = soak();
  await run.prints('soak round 2 · 0:0');
  // Until figures of the second round are on disk.
  await expect
    .poll(() => evidenceOf(idOf(run)).summary.rounds[1]?.calls ?? 0, { timeout: 30_000 })
    .toBeGreaterThan(0);
  const killedAt = Date.now();
  const seen = run.descendants;
  process.kill(run.pid, 'SIGKILL');
  await run.end();
  const { summary, plan, samples } = evidenceOf(idOf(run));
  const at = (ms: number) => Date.parse(plan.startedAt!) + ms;
  expect(killedAt - at(samples.at(-1)!.atMs)).toBeLessThan(10_000);
  expect(summary).toMatchObject({ verdict: 'interrupted' });
  expect(summary.reasons.map(reasonText)).toContain('stopped early: the main process of the run was killed');
  expect(summary.rounds.map(({ number }) => number)).toEqual([1, 2]);
  const last = summary.rounds[1]!;
  expect(killedAt - at((last.fromS + last.workedS) * 1000)).toBeLessThan(10_000);
  expect(last.calls).toBeGreaterThan(0);
  await expect.poll(() => survivors(seen), { timeout: 30_000 }).toEqual([]);
});

test('a killed worker ends the soak, and the reason names its slice and round', async () => {
  const run = soak();
  await run.prints('soak round 2 · 0:0');
  process.kill(workersOf(run)[0]!, 'SIGKILL');
  const { code, id } = await run.end();
  const { summary, plan } = evidenceOf(id!);
  expect(plan.stopped?.reason).toMatch(/^round 2: slice [12] was lost/);
  expect(plan.ended).toBe(true);
  expect(summary.verdict).toBe('failed');
  expect(summary.rounds.map(({ isWhole }) => isWhole)).toEqual([true, false]);
  expect(summary.reasons.map(reasonText).join('\n')).toMatch(/slice [12] was lost in round 2/);
  expect(code).toBe(1);
});

test('Ctrl-C lets the participants leave, keeps the rounds so far, and makes the reports', async () => {
  const run = soak();
  await run.prints('soak round 2 · 0:0');
  run.interrupt();
  const { code, id, output } = await run.end();
  const { summary, plan } = evidenceOf(id!);
  expect(plan).toMatchObject({ ended: true, stopped: { reason: 'interrupted', isInterrupted: true } });
  expect(summary.rounds.map(({ number, isWhole }) => [number, isWhole])).toEqual([
    [1, true],
    [2, true],
  ]);
  expect(summary.verdict).toBe('interrupted');
  expect(output).toContain('INTERRUPTED');
  expect(code).toBe(130);
});

test('Ctrl-C during a rest ends the soak at once', async () => {
  const run = soak();
  await run.prints('soak round 1: the service rests');
  run.interrupt();
  const { code, id } = await run.end();
  const { summary, plan } = evidenceOf(id!);
  expect(plan).toMatchObject({ ended: true, stopped: { isInterrupted: true } });
  expect(summary.rounds).toHaveLength(1);
  expect(code).toBe(130);
});

test('a full disk is named, and the soak goes on and has its verdict', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fullhouse-soak-'));
  const fill = `until [ -e ${folder}/now ]; do sleep 0.1; done; cat /dev/zero > reports/filled`;
  const script = `mount -t tmpfs -o size=20m none reports && { (${fill}) 2>/dev/null & }`;
  const mounts = ['unshare', '-m', '--propagation', 'private', 'sh', '-c', `${script}; exec "$@"`, 'sh'];
  const run = soak({}, mounts);
  try {
    await run.prints('soak round 1 · 0:0');
    writeFileSync(join(folder, 'now'), '');
    const { code, output } = await run.end();
    expect(output).toContain('no space is left on its disk');
    expect(output.match(/^Soak {2}round \d of 3/gm)).toHaveLength(3);
    expect(code).toBe(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** The contract of the reference service with tokens that are valid for 15 s. */
function shortTokens(folder: string): Record<string, string> {
  const text = readFileSync('src/meetings/contract/reference.yaml', 'utf8');
  const [claims] = /^ {4}claims: .*\n/m.exec(text)!;
  const path = join(folder, 'contract.yaml');
  writeFileSync(path, text.replace(claims, `${claims}    expires: 15s\n`));
  return { CONTRACT: path };
}

test('tokens are renewed before they expire: no call of a session that outlives them fails', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fullhouse-soak-'));
  try {
    // Sessions of about 40 s, whose calls need a valid token each.
    const sessions = { REQUESTS_PER_USER: '16', THINK_TIME_MS: '2000..3000', SOAK_FOR: '3min' };
    const { id } = await soak({ ...sessions, ...shortTokens(folder) }).end();
    const { summary } = evidenceOf(id!);
    expect(summary.rounds.every(({ workedS }) => workedS > 30)).toBe(true);
    expect(summary.totals.total).toBeGreaterThan(100);
    expect(summary.totals.failed).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
