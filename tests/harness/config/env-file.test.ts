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

/** The content of each file, and its settings or a part of the error. */
const files: [name: string, content: string | Buffer | undefined, read: Record<string, string> | RegExp][] = [
  ['with plain lines', settings, { SEED: '7', JWT_SECRET: 'a b' }],
  ['with a byte order mark', `\ufeff${settings}`, { SEED: '7', JWT_SECRET: 'a b' }],
  ['in UTF-16', utf16(settings), { SEED: '7', JWT_SECRET: 'a b' }],
  ['in big-endian UTF-16', utf16(settings).swap16(), { SEED: '7', JWT_SECRET: 'a b' }],
  ['with Windows line ends', settings.replaceAll('\n', '\r\n'), { SEED: '7', JWT_SECRET: 'a b' }],
  ['with carriage returns as line ends', settings.replaceAll('\n', '\r'), { SEED: '7', JWT_SECRET: 'a b' }],
  ['with comments', '# SEED: 5\n\nSEED=7 # a comment\n  # more', { SEED: '7' }],
  ['with export', "export SEED='7'", { SEED: '7' }],
  [
    'with a value of several lines',
    'KEY="-----BEGIN\nabc=\n-----END"\nSEED=7',
    { KEY: '-----BEGIN\nabc=\n-----END', SEED: '7' },
  ],
  ['with quotes within quotes', `JWT_SECRET='"a"'`, { JWT_SECRET: '"a"' }],
  ['that repeats a line', 'SEED=7\nSEED=7', { SEED: '7' }],
  ['that is empty', '', {}],
  ['with two values of one name', 'SEED=7\nSEED=8', /\.env, line 2: SEED /],
  ['with a colon instead of an equals sign', 'SEED: 7', /\.env, line 1: /],
  ['without an equals sign', 'A=1\nSEED 7', /\.env, line 2: /],
  ['with a shell command', 'set SEED=7', /\.env, line 1: /],
  ['with an open quote', 'SEED="7\nA=1', /\.env, line 1: the quote after SEED= /],
  ['in Latin-1', Buffer.from([0x41, 0x3d, 0xe9]), /\.env .*UTF-8/],
  ['with a NUL byte', 'SEED=7\0', /\.env .*UTF-8/],
  ['in UTF-16 without a byte order mark', Buffer.from('SEED=7', 'utf16le'), /\.env .*UTF-8/],
  ['that is a folder', undefined, /\.env cannot be read/],
];

test.describe('harness and service', () => {
  for (const [name, content, expected] of files)
    test(`${expected instanceof RegExp ? 'refuse' : 'read'} a .env file ${name}`, () => {
      const path = test.info().outputPath('.env');
      if (content === undefined) mkdirSync(path, { recursive: true });
      else writeFileSync(path, content);
      for (const read of [() => readEnvFile(path), () => readByService(test.info().outputPath())]) {
        if (expected instanceof RegExp) expect(read).toThrow(expected);
        else expect({ ...read() }).toEqual(expected);
      }
    });

  test('set nothing without a .env file', () => {
    expect(readEnvFile(join(test.info().outputPath(), 'none'))).toEqual({});
    expect(readByService(join(test.info().outputPath(), 'none'))).toEqual({});
  });

  test('read quotes around a value in the same way', () => {
    for (const written of ['s', ' "s" ', "'s'", `"'s'"`, '"a" "b"', '"', `it's`, "''s''"])
      expect(readSettings({ JWT_SECRET: written }).JWT_SECRET).toBe(
        readConfig({ JWT_SECRET: written }).jwtSecret,
      );
    expect(readSettings({ SEED: ' "9" ' }).SEED).toBe(9);
  });

  test('keep the quotes of a command for the shell', () => {
    const command = '"/opt/my service/restart"';
    expect(readSettings({ SERVICE_RESTART_CMD: command }).SERVICE_RESTART_CMD).toBe(command);
  });
});

test('an error in a .env file shows no value', () => {
  const path = test.info().outputPath('.env');
  writeFileSync(path, 'JWT_SECRET: hunter2\nA="hunter2');
  expect(() => readEnvFile(path)).toThrow(/line 1.*\n.*line 2/);
  expect(() => readEnvFile(path)).not.toThrow(/hunter2/);
});

test('the harness knows every setting of the service', () => {
  expect([...serviceSettings].sort()).toEqual([...settingNames].sort());
});
