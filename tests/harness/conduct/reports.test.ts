import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { Answered, Finding } from '../../../src/conduct/answered.ts';
import { catalogue } from '../../../src/conduct/catalogue.ts';
import { Notes } from '../../../src/conduct/notes.ts';
import { answerLines, conductBlock } from '../../../src/conduct/report.ts';
import { readSettings } from '../../../src/config/read-settings.ts';
import { recordSchema } from '../../../src/history/record.ts';
import { runFacts } from '../../../src/history/run-facts.ts';
import { hideSecret } from '../../../src/kernel/secrets.ts';
import { recordOfConduct } from '../../../src/results/records/conduct.ts';
import { publish } from '../../../src/views/publish.ts';
import { test } from '../reporters/kept-run.ts';

const answered = (over: Partial<Answered> = {}): Answered => ({
  schema: 'fullhouse/conduct/2',
  id: 'strangers',
  question: 'Does a meeting stay closed to strangers?',
  state: 'passed',
  reason: null,
  findings: [],
  startedAt: '2026-11-23T14:00:00.000Z',
  durationMs: 120,
  ...over,
});

const rawText: Finding = {
  name: 'raw-database-text',
  severity: 'defect',
  message: catalogue['raw-database-text'],
  samples: [{ request: 'GET /api/v1/meetings/x', answer: '500 {"message":"invalid `input` <b>syntax</b>"}' }],
  more: 8,
};
const idle: Finding = {
  name: 'idle-connections-close-early',
  severity: 'worth knowing',
  message: 'The service closes idle connections after 5 s.',
  samples: [{ request: 'GET /health, then nothing', answer: 'keep-alive: timeout=5' }],
  more: 0,
};

/** Answers in all states, and a finding that fails no question. */
const mixed = [
  answered(),
  answered({ id: 'bad-addresses', question: 'Does HTTP refuse ids?', state: 'failed', findings: [rawText] }),
  answered({ id: 'idle-connections', question: 'Does it keep idle connections?', findings: [idle] }),
  answered({ id: 'joining-twice', state: 'not applicable', reason: 'the service returns no roster' }),
  answered({ id: 'health', state: 'inconclusive', reason: 'the service did not answer' }),
];

test('notes merge equal findings, with three samples and a count of the others', () => {
  const notes = new Notes();
  for (let index = 1; index <= 9; index++)
    notes.add('raw-database-text', { request: `GET /${index}`, answer: '500' });
  notes.add('stack-in-answer', { request: 'GET /1', answer: '500' }, 'A sentence that knows more.');
  const [raw, stack] = notes.findings;
  expect(raw).toMatchObject({
    name: 'raw-database-text',
    severity: 'defect',
    message: rawText.message,
    more: 6,
  });
  expect(raw!.samples.map(({ request }) => request)).toEqual(['GET /1', 'GET /2', 'GET /3']);
  expect(stack).toMatchObject({ message: 'A sentence that knows more.', more: 0 });
});

test('the console prints counts, then findings, then unanswered questions', () => {
  expect(conductBlock(mixed)).toEqual([
    'Conduct: 2 passed, 1 failed, 1 not applicable, 1 inconclusive',
    '  ❌ raw-database-text: An answer contains raw text of the database. (9 times)',
    '  worth knowing: idle-connections-close-early: The service closes idle connections after 5 s.',
    '  – joining-twice: not applicable: the service returns no roster',
    '  ❔ health: inconclusive: the service did not answer',
  ]);
  expect(conductBlock([answered()])).toEqual(['Conduct: 1 passed']);
});

test('an answer prints a finding with its request, response and count of others', () => {
  expect(answerLines(mixed[1]!)).toEqual([
    '❌ Does HTTP refuse ids? failed',
    '  defect: raw-database-text: An answer contains raw text of the database.',
    '    GET /api/v1/meetings/x',
    '      → 500 {"message":"invalid `input` <b>syntax</b>"}',
    '    and 8 more',
  ]);
});

test.describe('the conduct record', () => {
  const run = { id: '20261123-140000-abcd', workers: 1, shard: { index: 1, of: 1 }, startsServiceOn: 3002 };
  const facts = runFacts(readSettings({}), run);
  const recordOf = (answers: readonly Answered[]) => recordSchema.parse(recordOfConduct(answers, { facts }));

  test('the conduct record has a check for each question that applies', () => {
    expect(recordOf(mixed)).toMatchObject({
      kind: 'conduct',
      name: 'questions',
      verdict: 'failed',
      reasons: [
        { kind: 'check failed', scope: 'bad-addresses', message: 'raw-database-text' },
        { kind: 'check inconclusive', scope: 'health', message: 'the service did not answer' },
      ],
      checks: [
        { scope: 'strangers', verdict: 'passed' },
        { scope: 'bad-addresses', verdict: 'failed', message: 'raw-database-text' },
        { scope: 'idle-connections', verdict: 'passed', message: 'passed' },
        { scope: 'health', verdict: 'inconclusive', message: 'the service did not answer' },
      ],
    });
  });

  test('the conduct record is inconclusive if no question applies', () => {
    const [passed, , , notApplicable, inconclusive] = mixed as [
      Answered,
      Answered,
      Answered,
      Answered,
      Answered,
    ];
    expect(recordOf([passed, notApplicable]).verdict).toBe('passed');
    expect(recordOf([notApplicable]).verdict).toBe('inconclusive');
    expect(recordOf([passed, inconclusive]).verdict).toBe('inconclusive');
  });
});

test.describe('the conduct reports of a run', () => {
  test('the reports show each conduct finding in Markdown and HTML, and no secret', async ({ keptRun }) => {
    const secret = 'the-planted-secret-5678';
    hideSecret(secret);
    const leaky = { ...rawText, samples: [{ request: 'GET /', answer: `500 signed with ${secret}` }] };
    await mkdir(join(keptRun.folder, 'conduct'), { recursive: true });
    for (const one of [...mixed, answered({ id: 'texts', state: 'failed', findings: [leaky] })])
      await writeFile(join(keptRun.folder, 'conduct', `${one.id}.json`), JSON.stringify(one));
    const { files, problems, answers } = await publish(keptRun.id);
    expect(problems).toEqual([]);
    expect(answers).toHaveLength(6);
    const [markdown, page] = ['conduct.md', 'index.html'].map((name) =>
      readFileSync(files.get(name)!, 'utf8'),
    );
    for (const text of [
      'raw-database-text',
      'idle-connections-close-early',
      'the service returns no roster',
    ]) {
      expect(markdown).toContain(text);
      expect(page).toContain(text);
    }
    expect(markdown).toContain('# Conduct: 2 passed, 2 failed, 1 not applicable, 1 inconclusive');
    // The page escapes the markup in an answer.
    expect(page).toContain('&#60;b&#62;syntax');
    expect(page + markdown!).not.toContain(secret);
  });

  test('the reports name an unreadable conduct answer and show the others', async ({ keptRun }) => {
    await mkdir(join(keptRun.folder, 'conduct'), { recursive: true });
    await writeFile(join(keptRun.folder, 'conduct', 'strangers.json'), JSON.stringify(mixed[0]));
    await writeFile(join(keptRun.folder, 'conduct', 'texts.json'), '{"schema":"fullhouse/conduct/2"}');
    const { problems, answers } = await publish(keptRun.id);
    expect(problems).toEqual([expect.stringContaining('conduct/texts.json')]);
    expect(answers).toHaveLength(1);
  });
});
