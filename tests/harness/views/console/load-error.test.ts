import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { errorText } from '../../../../src/views/console/load-error.ts';

const test = base.extend<{ spec: string }>({
  async spec({}, use) {
    const folder = mkdtempSync(join(tmpdir(), 'load-error-'));
    const file = join(folder, 'a.spec.ts');
    writeFileSync(
      file,
      [
        "import { test } from 'fullhouse';",
        "import 'fullhouse/tests/chaos/nothing.spec';",
        "import { chat } from '../../journeys/caht';",
      ].join('\n'),
    );
    await use(file);
    rmSync(folder, { recursive: true });
  },
});

test('a module that is missing has the place of its import, in an ES module and in CommonJS', ({ spec }) => {
  const module = { message: `Error: Cannot find module '/x/journeys/caht' imported from ${spec}` };
  expect(errorText(module)).toContain('a.spec.ts:3: cannot find "');
  const commonJs = {
    message: "Error: Cannot find module '../../journeys/caht'\nRequire stack:\n- /x/a.spec.ts\n- /x/cli.js",
    location: { file: spec, line: 3, column: 1 },
  };
  expect(errorText(commonJs)).toMatch(
    /a\.spec\.ts:3: cannot find "\.\.\/\.\.\/journeys\/caht"\. Correct the name, or add what is missing\.$/,
  );
  const standard = { message: `Error: Cannot find module '/x/dist/nothing.spec.js' imported from ${spec}` };
  expect(errorText(standard)).toContain('a.spec.ts:2: cannot find "');
});

test('any other error keeps its text', () => {
  expect(errorText({ message: 'UserError: tests/a.ts:2: no' })).toBe('tests/a.ts:2: no');
  expect(errorText({ value: 'thrown text' })).toBe('thrown text');
});
