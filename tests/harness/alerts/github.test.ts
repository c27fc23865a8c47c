import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { annotations } from '../../../src/alerts/annotations.ts';
import { alertMarkdown, appendToStepSummary } from '../../../src/alerts/step-summary.ts';
import { test } from '../setup/folder.ts';
import { alertFor, hostile, many, mixed } from './alerts.ts';
import { load } from './records.ts';

/** Decodes a line as the runner does (actions/runner, src/Runner.Common/ActionCommand.cs). */
function asRead(line: string) {
  const [, level, title, message] = /^::(\w+) title=([^:,]*)::(.*)$/s.exec(line) ?? [];
  const read = (text = '') =>
    text
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%25', '%');
  return { level, title: read(title), message: read(message) };
}

test.describe('GitHub annotations', () => {
  test('writes errors for degraded items, warnings for problems, notices for recoveries', () => {
    const read = annotations(mixed()).map(asRead);
    expect(read.map(({ level, title }) => `${level}: ${title}`)).toEqual([
      'error: Missed targets',
      'error: Failed checks',
      'error: Regressions',
      'warning: No verdict, because of',
      'warning: No verdict, because of',
      'notice: Recovered',
    ]);
    expect(read[0]?.message).toContain('612 ms, 1.22× the limit');
    expect(read[3]?.message).toBe('load meeting-sessions: slice 2 was lost');
  });

  test('writes no annotation when there is nothing to report', () => {
    expect(annotations(alertFor([load()]))).toEqual([]);
  });

  test('escapes line breaks and commands in external text', () => {
    for (const text of ['100 %, 5:1', '%0A::error::x', 'a\r\n::set-output name=x::y', '::stop-commands::z']) {
      for (const line of annotations(hostile(text))) {
        expect(line).not.toMatch(/[\r\n]/);
        expect(asRead(line).level).toMatch(/^(error|warning|notice)$/);
      }
    }
    const lines = annotations(hostile('100 %, 5:1'));
    expect(lines[0]).toContain('100 %25, 5:1');
    expect(asRead(lines[0]!).message).toContain('100 %, 5:1');
  });

  test('writes at most 10 annotations, and counts the rest in the last one', () => {
    expect(annotations(many(10))).toHaveLength(10);
    const cut = annotations(many(25)).map(asRead);
    expect(cut).toHaveLength(10);
    expect(cut.at(-1)).toEqual({ level: 'error', title: 'And more', message: '16 more, see the report' });
  });
});

test.describe('the GitHub step summary', () => {
  test('begins the step summary with the degraded items', () => {
    const markdown = alertMarkdown(mixed());
    expect(markdown).toMatch(/^## ❌ 1 target missed, 1 check failed, 1 regression;/);
    expect(markdown).toContain('Service reference · Phases load meeting-sessions failed');
    expect(markdown).toContain(
      '### Missed targets\n\n- load meeting-sessions: latency p95 \\< 500 ms: 612 ms',
    );
    expect(alertMarkdown(alertFor([load()]))).toMatch(/^## ✅ no problems found/);
  });

  test('escapes Markdown and HTML in external text', () => {
    const markdown = alertMarkdown(hostile('</details>\n# Big | [x](http://e) <img src=x> `'));
    expect(markdown).not.toMatch(/(?<!\\)[<>[\]`|]/);
    expect(markdown).not.toMatch(/^# Big/m);
  });

  test('keeps the text that the step summary already holds', async ({ folder }) => {
    const path = join(folder, 'summary.md');
    writeFileSync(path, 'before\n');
    await appendToStepSummary(path, 'one');
    await appendToStepSummary(path, 'two');
    expect(readFileSync(path, 'utf8')).toBe('before\none\ntwo\n');
  });

  test('cuts a long summary below 1 MiB, the limit of GitHub', async ({ folder }) => {
    const path = join(folder, 'summary.md');
    const long = Array.from({ length: 30_000 }, (_, index) => `line ${index} ✅ of many`).join('\n');
    for (let time = 0; time < 3; time++) await appendToStepSummary(path, long);
    const written = readFileSync(path);
    expect(written.length).toBeLessThan(1024 * 1024);
    expect(written.length).toBeGreaterThan(800 * 1024);
    const text = written.toString();
    expect(text).not.toContain('\ufffd');
    expect(text.trimEnd().split('\n').at(-1)).toBe(
      'The summary is longer than GitHub allows. The report has the rest.',
    );
  });
});
