import { test } from '../../fixtures/index.ts';
import { loadSettings } from '../../src/config/environment.ts';
import { publicSettings } from '../../src/config/public-settings.ts';

test.describe('Which settings decide this run?', () => {
  test('those that a report may show', () => {
    for (const [name, value] of Object.entries(publicSettings(loadSettings())))
      if (['string', 'number', 'boolean'].includes(typeof value))
        test.info().annotations.push({ type: name, description: String(value) });
  });
});
