import { expect, test } from '@playwright/test';
import { parseWrittenJson } from '../../../src/kernel/json.ts';

test('reads valid JSON like JSON.parse', () => {
  for (const text of [
    '{"a":{"b":1},"c":{"b":2}}',
    '[{"a":1},{"a":1}]',
    '{\n\t"a":\t1\n}',
    '"*x"',
    '{"a":"&b"}',
  ])
    expect(parseWrittenJson(text)).toEqual(JSON.parse(text));
});

test('refuses a repeated name in one object', () => {
  expect(() => parseWrittenJson('{"p95": "< 1 s",\n "p95": "< 2 s"}')).toThrow(
    /^it has "p95" \(line 2\) twice in the same object; keep one$/,
  );
  expect(() => parseWrittenJson('{"a":[{"b":1,"c":{},"b":2}]}')).toThrow(/^it has "b" \(line 1\) twice/);
  expect(() => parseWrittenJson('{"a\\"b":1,"a\\"b":2}')).toThrow(/^it has "a\\"b"/);
});

test('refuses text that is not JSON', () => {
  expect(() => parseWrittenJson('p95 < 5 ms')).toThrow(/^it is not JSON: /);
});
