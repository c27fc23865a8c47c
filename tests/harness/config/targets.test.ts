import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { attempt } from './attempt.ts';

test.describe('TARGETS and TARGETS_FILE', () => {
  let folder: string;
  test.beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fullhouse-targets-'));
  });
  test.afterEach(() => rmSync(folder, { recursive: true }));
  const file = (content: string) => {
    const path = join(folder, 'targets.json');
    writeFileSync(path, content);
    return path;
  };

  test('replace the default targets', () => {
    const texts = (written: Record<string, string>) => readSettings(written).targets.map(({ text }) => text);
    expect(texts({ TARGETS: 'p95 < 5 ms; p95 > 1 ms' })).toEqual(['p95 < 5 ms', 'p95 > 1 ms']);
    expect(texts({ TARGETS_FILE: file('{"meeting.get p99": "< 1 s"}') })).toEqual(['meeting.get p99 < 1 s']);
  });

  const broken: [string, string, RegExp][] = [
    ['invalid JSON', 'p95 < 5 ms', /TARGETS_FILE ".*" cannot be used: .*JSON.*Write it like {"latency p95"/],
    ['a number as limit', '{"p95": 500}', /it does not map metrics to limits/],
    ['a list instead of an object', '[]', /it does not map metrics to limits/],
    ['no targets', '{}', /TARGETS: No target is given/],
    [
      'a repeated name',
      '{"p95": "< 1 s", "p95": "< 2 s"}',
      /it has "p95" \(line 1\) twice in the same object; keep one/,
    ],
    [
      'two limits of one figure',
      '{"p95": "< 1 s", "latency p95": "< 2 s"}',
      /this figure already has an upper limit/,
    ],
    [
      'a limit without a comparator',
      '{"p95": "500 ms"}',
      /TARGETS: Target "p95 500 ms": "500 ms" is not a limit/,
    ],
  ];
  for (const [name, content, message] of broken) {
    test(`refuse a file with ${name}`, () => {
      expect(attempt({ TARGETS_FILE: file(content) })).toMatch(message);
    });
  }

  test('read a file in UTF-16', () => {
    const path = join(folder, 'targets.json');
    writeFileSync(path, Buffer.from('\ufeff{"p95": "≤ 1 s"}', 'utf16le'));
    expect(readSettings({ TARGETS_FILE: path }).targets.map(({ text }) => text)).toEqual(['p95 <= 1 s']);
    expect(attempt({ TARGETS_FILE: folder })).toMatch(
      /cannot be used: it is a folder; give a file\. Write it/,
    );
  });

  test('refuse targets that the run never measures', () => {
    expect(attempt({ TARGETS: 'worst 99999999999 s p95 < 1 s' })).toBe(
      'TARGETS: target "worst 99999999999 s p95 < 1 s": the run has at most 90 s. Use a shorter window, or a longer run.',
    );
    expect(attempt({ TARGETS: 'worst 90 s p95 < 1 s' })).toBe('read');
    expect(attempt({ TARGETS: 'page.join p75 < 3 s', BROWSER_USERS: '0' })).toBe(
      'TARGETS: target "page.join p75 < 3 s": BROWSER_USERS=0 measures no pages. Use BROWSER_USERS=1 or more.',
    );
    expect(attempt({ TARGETS: 'page.join p75 < 3 s' })).toBe('read');
  });

  test('refuse a missing file, an empty list and both settings at once', () => {
    expect(attempt({ TARGETS_FILE: join(folder, 'none.json') })).toMatch(
      /cannot be used: there is no such file/,
    );
    expect(attempt({ TARGETS_FILE: file('{}'), TARGETS: 'p95 < 1 s' })).toMatch(/both set. Use one of them/);
    expect(attempt({ TARGETS: ';' })).toMatch(/No target is given/);
  });
});

test('CAPACITY_LIMIT is refused with the other mistakes, before a service is started', () => {
  const error = attempt({ CAPACITY_LIMIT: 'nonsense', CAPACITY_WITHIN: '0' });
  expect(error).toMatch(/^CAPACITY_LIMIT: Target "nonsense": unknown metric "nonsense"/m);
  expect(error).toMatch(/^CAPACITY_WITHIN: "0" is not allowed/m);
  expect(readSettings({ CAPACITY_LIMIT: 'p95 < 300 ms' }).CAPACITY_LIMIT).toBe('p95 < 300 ms');
});
