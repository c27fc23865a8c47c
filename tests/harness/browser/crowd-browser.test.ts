import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import { expect, test } from '@playwright/test';
import { CrowdBrowser } from '../../../src/browser/crowd-browser.ts';
import { whyNoBrowser } from '../../../src/browser/launch-options.ts';
import { familyThreads } from '../../../src/kernel/process-family.ts';

test('runs the crowd browser and its later pages at a lower priority', async () => {
  const missing = whyNoBrowser();
  test.skip(missing !== undefined, missing);
  test.skip(process.platform !== 'linux', 'only Linux tells a process’s threads and descendants');
  const browser = await CrowdBrowser.launch();
  try {
    const main = browser.processId!;
    const before = new Set(familyThreads(main));
    const page = await (await browser.newContext()).newPage();
    await page.setContent('a page');
    const processes = new Set(readdirSync('/proc').map(Number));
    const pages = familyThreads(main).filter((id) => !before.has(id) && processes.has(id));
    expect(getPriority(main)).toBe(10);
    // The priorities of the renderer. As root, Chromium sets other priorities for picture and sound.
    expect(pages.map(getPriority)).toContain(10);
  } finally {
    await browser.close();
  }
});
