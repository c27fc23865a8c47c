import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readConfig, settingNames } from '../../../service/config.ts';
import { readEnvFile as readByService } from '../../../service/env-file.ts';
import { readEnvFile } from '../../../src/config/env-file.ts';
import { readSettings } from '../../../src/config/read-settings.ts';
import { serviceSettings } from '../../../src/config/service-settings.ts';

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const settings = 'SEED=7\nJWT_SECRET="a b"\n';

/** What is in the file, or a part of the sentence that refuses it. */
const files: [name: string, content: string | Buffer | undefined, read: Record<string, string> | RegExp][] = [
  ['plain', settings, { SEED: '7', JWT_SECRET: 'a b' }],
  ['with a byte order mark', `\ufeff${settings}`, { SEED: '7', JWT_SECRET: 'a b' }],
  ['in UTF-16', utf16(settings), { SEED: '7', JWT_SECRET: 'a b' }],
  ['in UTF-16 with the high byte first', utf16(settings).swap16(), { SEED: '7', JWT_SECRET: 'a b' }],
  ['with lines of Windows', settings.replaceAll('\n', '\r\n'), { SEED: '7', JWT_SECRET: 'a b' }],
  ['with lines of old Macs', settings.replaceAll('\n', '\r'), { SEED: '7', JWT_SECRET: 'a b' }],
  ['with comments', '# SEED: 5\n\nSEED=7 # a comment\n  # more', { SEED: '7' }],
  ['with export', "export SEED='7'", { SEED: '7' }],
  [
    'with a value of several lines',
    'KEY="-----BEGIN\nabc=\n-----END"\nSEED=7',
    { KEY: '-----BEGIN\nabc=\n-----END', SEED: '7' },
  ],
  ['with quotes within quotes', `JWT_SECRET='"a"'`, { JWT_SECRET: '"a"' }],
  ['that says the same twice', 'SEED=7\nSEED=7', { SEED: '7' }],
  ['that is empty', '', {}],
  ['with two values of one name', 'SEED=7\nSEED=8', /\.env, line 2: SEED /],
  ['with a colon', 'SEED: 7', /\.env, line 1: /],
  ['with no sign at all', 'A=1\nSEED 7', /\.env, line 2: /],
  ['with a command of a shell', 'set SEED=7', /\.env, line 1: /],
  ['with an open quote', 'SEED="7\nA=1', /\.env, line 1: the quote after SEED= /],
  ['in Latin-1', Buffer.from([0x41, 0x3d, 0xe9]), /\.env .*UTF-8/],
  ['with a NUL', 'SEED=7\0', /\.env .*UTF-8/],
  ['in UTF-16 without a mark', Buffer.from('SEED=7', 'utf16le'), /\.env .*UTF-8/],
  ['that is a folder', undefined, /\.env cannot be read/],
];

test.describe('harness and service read a .env in the same way', () => {
  for (const [name, content, expected] of files)
    test(name, () => {
      const path = test.info().outputPath('.env');
      if (content === undefined) mkdirSync(path, { recursive: true });
      else writeFileSync(path, content);
      for (const read of [() => readEnvFile(path), () => readByService(test.info().outputPath())]) {
        if (expected instanceof RegExp) expect(read).toThrow(expected);
        else expect({ ...read() }).toEqual(expected);
      }
    });

  test('where there is no file, nothing is set', () => {
    expect(readEnvFile(join(test.info().outputPath(), 'none'))).toEqual({});
    expect(readByService(join(test.info().outputPath(), 'none'))).toEqual({});
  });

  test('and quotes that stay around a value', () => {
    for (const written of ['s', ' "s" ', "'s'", `"'s'"`, '"a" "b"', '"', `it's`, "''s''"])
      expect(readSettings({ JWT_SECRET: written }).JWT_SECRET).toBe(
        readConfig({ JWT_SECRET: written }).jwtSecret,
      );
    expect(readSettings({ SEED: ' "9" ' }).SEED).toBe(9);
  });

  test('but a shell reads the quotes of its command', () => {
    const command = '"/opt/my service/restart"';
    expect(readSettings({ SERVICE_RESTART_CMD: command }).SERVICE_RESTART_CMD).toBe(command);
  });
});

test('a value is shown in no mistake: it may be a secret', () => {
  const path = test.info().outputPath('.env');
  writeFileSync(path, 'JWT_SECRET: hunter2\nA="hunter2');
  expect(() => readEnvFile(path)).toThrow(/line 1.*\n.*line 2/);
  expect(() => readEnvFile(path)).not.toThrow(/hunter2/);
});

test('the harness knows each setting of the service', () => {
  expect([...serviceSettings].sort()).toEqual([...settingNames].sort());
});
