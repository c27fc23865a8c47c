import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { attempt } from './attempt.ts';

test.describe('targets', () => {
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

  test('come from a text or from a file, and replace the default ones', () => {
    const texts = (written: Record<string, string>) => readSettings(written).targets.map(({ text }) => text);
    expect(texts({ TARGETS: 'p95 < 5 ms; p95 > 1 ms' })).toEqual(['p95 < 5 ms', 'p95 > 1 ms']);
    expect(texts({ TARGETS_FILE: file('{"meeting.get p99": "< 1 s"}') })).toEqual(['meeting.get p99 < 1 s']);
  });

  const broken: [string, string, RegExp][] = [
    ['no JSON', 'p95 < 5 ms', /TARGETS_FILE ".*" cannot be used: .*JSON.*Write it like {"latency p95"/],
    ['a number as limit', '{"p95": 500}', /it does not map metrics to limits/],
    ['a list', '[]', /it does not map metrics to limits/],
    ['nothing in it', '{}', /TARGETS: No target is given/],
    ['a wrong limit', '{"p95": "500 ms"}', /TARGETS: Target "p95 500 ms": "500 ms" is no limit/],
  ];
  for (const [name, content, message] of broken) {
    test(`a file with ${name} is refused`, () => {
      expect(attempt({ TARGETS_FILE: file(content) })).toMatch(message);
    });
  }

  test('a file that is not there, and both at once, are refused', () => {
    expect(attempt({ TARGETS_FILE: join(folder, 'none.json') })).toMatch(/cannot be used: ENOENT/);
    expect(attempt({ TARGETS_FILE: file('{}'), TARGETS: 'p95 < 1 s' })).toMatch(/both set. Use one of them/);
    expect(attempt({ TARGETS: ';' })).toMatch(/No target is given/);
  });
});
