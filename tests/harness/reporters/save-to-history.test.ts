import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { saveToHistory } from '../../../src/reporters/save-to-history.ts';
import { emptyFolder, recordOf } from '../history/records.ts';

test('saveToHistory reports an unreadable or unwritable history folder without throwing', async () => {
  const file = join(emptyFolder(), 'file');
  writeFileSync(file, '');
  const saving = (folder: string) =>
    saveToHistory([recordOf(1)], { runId: 'a', settings: readSettings({ HISTORY_FOLDER: folder }) });
  const { lines, failures } = await saving(file);
  expect(lines).toEqual([]);
  expect(failures).toEqual([
    expect.stringMatching(/^Not saved to the history: The folder ".*" cannot be read/),
  ]);
  // It can be read, as an empty one, and not be written.
  const [failure] = (await saving(join(file, 'below'))).failures;
  expect(failure).toMatch(/^Not saved to the history: /);
  expect((await saving(join(emptyFolder(), 'new'))).failures).toEqual([]);
});
