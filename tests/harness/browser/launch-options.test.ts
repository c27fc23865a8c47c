import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { launchOptions, whyNoBrowser } from '../../../src/browser/launch-options.ts';
import { UserError } from '../../../src/kernel/errors.ts';

test.describe('Which Chromium does the harness start, and with which options?', () => {
  let root: string;
  test.beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'launch-'));
  });
  test.afterEach(() => rmSync(root, { recursive: true }));

  const remember = (content: unknown) => {
    mkdirSync(join(root, '.fullhouse'));
    writeFileSync(
      join(root, '.fullhouse', 'chromium.json'),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
  };

  test('uses the system Chromium that setup found', () => {
    remember({ path: '/usr/bin/chromium', source: 'system', version: '1.2.3' });
    expect(launchOptions({ root }).executablePath).toBe('/usr/bin/chromium');
  });

  test('prefers CHROMIUM_PATH to the Chromium that setup found', () => {
    remember({ path: '/usr/bin/chromium', source: 'system' });
    expect(launchOptions({ root, chromiumPath: '/opt/mine' }).executablePath).toBe('/opt/mine');
    expect(launchOptions({ root, chromiumPath: '' }).executablePath).toBe('/usr/bin/chromium');
  });

  test('uses the Chromium of the system if setup did not run and Playwright has none', () => {
    const installed = () => '/usr/bin/google-chrome';
    expect(launchOptions({ root, installed }).executablePath).toBe('/usr/bin/google-chrome');
    remember({ path: '/usr/bin/chromium', source: 'system' });
    expect(launchOptions({ root, installed }).executablePath).toBe('/usr/bin/chromium');
  });

  test("uses Playwright's Chromium if setup found it, or did not run and the system has none", () => {
    const installed = () => undefined;
    expect(launchOptions({ root, installed })).not.toHaveProperty('executablePath');
    remember({ path: '/home/me/.cache/ms-playwright/shell', source: 'playwright' });
    expect(launchOptions({ root })).not.toHaveProperty('executablePath');
    expect(whyNoBrowser({ root })).toBeUndefined();
  });

  test('disables the sandbox for root only, and always disables background traffic and fakes the microphone', () => {
    const quiet = launchOptions({ root, isRoot: false }).args;
    expect(quiet).toEqual([
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
    ]);
    expect(launchOptions({ root, isRoot: true }).args).toEqual(['--no-sandbox', ...quiet!]);
  });

  test('reports a missing browser instead of throwing', () => {
    expect(whyNoBrowser({ root, chromiumPath: join(root, 'none') })).toBe(
      `No Chromium was found here (looked for ${join(root, 'none')}). Run \`npx playwright install chromium\`, or set CHROMIUM_PATH.`,
    );
  });

  test('names the broken setup file', () => {
    remember('{');
    expect(() => launchOptions({ root })).toThrow(UserError);
    expect(() => launchOptions({ root })).toThrow(
      /chromium\.json cannot be read\. Remove it, or set CHROMIUM_PATH\./,
    );
  });
});
