import { expect, test } from '@playwright/test';
import type { FullResult, TestCase, TestResult } from '@playwright/test/reporter';
import { failureKind, purpose } from '../../../src/results/annotations.ts';
import type { Summary } from '../../../src/results/summary/schema.ts';
import { answerOf } from '../../../src/views/html-report/answer.ts';
import { pageFrom, withBanner } from '../../../src/views/html-report/banner.ts';
import { noteForReaders } from '../../../src/views/html-report/notes.ts';

interface Ended {
  project?: string;
  title?: string;
  annotations?: TestResult['annotations'];
  attachments?: TestResult['attachments'];
  /** The message of its error; a test without one has passed. */
  error?: string;
}

function ended({
  project = 'load verdict',
  title = 'a test',
  annotations = [],
  attachments = [],
  error,
}: Ended) {
  const result = { annotations, attachments, errors: error === undefined ? [] : [{ message: error }] };
  return {
    title,
    annotations,
    results: [result],
    outcome: () => (error === undefined ? 'expected' : 'unexpected'),
    parent: { project: () => ({ name: project }) },
  } as unknown as TestCase;
}

const summary = (verdict: Summary['verdict'], ...messages: string[]) =>
  ({ verdict, reasons: messages.map((message) => ({ kind: 'other', message })) }) as unknown as Summary;

const sentence = (status: FullResult['status'], summaries: Summary[], ...tests: TestCase[]) =>
  answerOf({ status, summaries, tests }).sentence;

test('the answer of a run has its verdict and the first reasons of all phases', () => {
  const met = ended({ annotations: [purpose('target')] });
  expect(sentence('passed', [summary('passed')], met, met, ended({}))).toBe('PASSED: 2 targets met');
  expect(sentence('passed', [], ended({ project: 'chaos' }))).toBe('PASSED: 1 test passed');
  // The summary has the reasons of the tests of its load.
  const missed = ended({ annotations: [purpose('target')], error: 'p95 was 9 ms' });
  expect(sentence('failed', [summary('failed', 'p95 was 9 ms')], missed)).toBe('FAILED: p95 was 9 ms');
  expect(sentence('failed', [summary('inconclusive', 'a', 'b', 'c', 'd')], missed)).toBe(
    'INCONCLUSIVE: a; b; and 2 more reasons',
  );
  const storm = ended({
    project: 'chaos',
    title: 'storm',
    error: '\u001b[31mfailed: 3 too many\u001b[39m\nmore',
  });
  expect(sentence('failed', [summary('passed')], storm)).toBe('FAILED: storm: failed: 3 too many');
  const busy = { annotations: [purpose('comparison'), failureKind('inconclusive')], error: 'a busy machine' };
  expect(sentence('failed', [], ended({ ...busy, project: 'bench', title: 'not slower' }))).toBe(
    'INCONCLUSIVE: not slower: a busy machine',
  );
  expect(sentence('failed', [], storm, ended({ ...busy, project: 'bench' }))).toMatch(/^FAILED: storm/);
  expect(sentence('interrupted', [summary('passed')])).toBe('INTERRUPTED');
  expect(sentence('timedout', [])).toBe('FAILED');
  // A file could not be written, and no test knows it.
  expect(sentence('failed', [summary('passed')], met)).toBe('FAILED');
});

test('Playwright’s report gets the values of targets, the link to the page, and a banner that is only text', () => {
  const page = pageFrom('/reports/runs/a/html', '/reports/runs/a/index.html');
  expect(page).toBe('../index.html#');
  expect(pageFrom('/other place', '/runs/a b/index.html')).toBe('../runs/a%20b/index.html#');
  const value = { type: 'value', description: 'p95 < 1 ms: 9 ms' };
  const attachment = (name: string) => ({ name, contentType: 'text/html', path: `/runs/a/${name}` });
  const target = ended({
    title: 'target: p95 < 1 ms',
    annotations: [purpose('target'), value],
    attachments: [attachment('error-context'), attachment('index.html'), attachment('summary.md')],
  });
  const other = ended({ title: 'p95', annotations: [value], attachments: [attachment('error-context')] });
  for (const one of [target, other]) noteForReaders(one, page);
  expect([target.title, other.title]).toEqual(['target: p95 < 1 ms: 9 ms', 'p95']);
  expect(target.results[0]!.attachments.map(({ name, path }) => [name, path])).toEqual([
    ['performance page', page],
    ['summary.md', '/runs/a/summary.md'],
  ]);
  expect(other.results[0]!.attachments).toHaveLength(1);
  const report = '<html>\n  <body class="a">\n<script>const x = "<body>";</script></body></html>';
  const answer = { verdict: 'failed', sentence: 'FAILED: $& <img src=x>' } as const;
  const shown = withBanner(report, answer, page);
  expect(shown.match(/id="fullhouse-answer"/g)).toHaveLength(1);
  expect(shown).toMatch(/^<html>\n {2}<body class="a">\n<style>[^<]*<\/style>\n<aside/);
  expect(shown).toContain('FAILED: $&#38; &#60;img src=x&#62;');
  expect(shown).toContain('href="../index.html#"');
  expect(withBanner(report, answer, undefined)).not.toContain('href');
  expect(withBanner('no document', answer, page)).toBe('no document');
});
