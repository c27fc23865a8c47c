import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { decodedText, readText, UnreadableFile, unreadable } from '../../../src/kernel/text-file.ts';

const utf16 = (text: string) => Buffer.from(text, 'utf16le');

test.describe('Decoding a text file', () => {
  const text = 'SEED=7 # Größe ≤ 5\r\n';
  const encodings: [string, Buffer][] = [
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16 in little-endian order', utf16(`\ufeff${text}`)],
    ['UTF-16 in big-endian order', utf16(`\ufeff${text}`).swap16()],
  ];
  for (const [name, bytes] of encodings) test(`reads ${name}`, () => expect(decodedText(bytes)).toBe(text));

  const refused: [string, Buffer, RegExp][] = [
    ['Latin-1', Buffer.from([0x4a, 0xe9, 0x0a]), /^it is not valid UTF-8 text; save it as UTF-8$/],
    ['an incomplete UTF-8 character', Buffer.from([0x4a, 0xc3]), /^it is not valid UTF-8 text/],
    ['an incomplete UTF-16 character', utf16('\ufeffab').subarray(0, 5), /^it is not valid UTF-16LE text/],
    [
      'UTF-16 without a byte order mark',
      utf16('SEED=7'),
      /^it contains a NUL character in line 1, .* save it as UTF-8$/,
    ],
    ['a NUL character', Buffer.from('A=1\nB=\0'), /^it contains a NUL character in line 2/],
  ];
  for (const [name, bytes, reason] of refused)
    test(`refuses ${name}`, () => expect(() => decodedText(bytes)).toThrow(reason));
});

test.describe('A file that cannot be read', () => {
  const reasonFor = (path: string, most?: number) => {
    try {
      return readText(path, most);
    } catch (error) {
      expect(error).toBeInstanceOf(UnreadableFile);
      return (error as Error).message;
    }
  };

  test('reports a missing file, a folder, a device, a circular link and an invalid name', () => {
    const at = (name: string) => join(test.info().outputPath(), name);
    mkdirSync(at('folder'), { recursive: true });
    symlinkSync(at('circle'), at('circle'));
    expect(reasonFor(at('none'))).toBe('there is no such file');
    expect(reasonFor(at('folder'))).toBe('it is a folder; give a file');
    expect(reasonFor('/dev/zero')).toBe('it is a pipe or a device; write its content to a regular file');
    expect(reasonFor(at('circle'))).toBe('it is a symbolic link that leads to itself');
    expect(reasonFor(at('x'.repeat(5000)))).toBe('its path is too long');
    expect(reasonFor('a\0b')).toBe('its path contains a NUL character');
  });

  test('reports a file above the size limit', () => {
    const path = test.info().outputPath('large');
    writeFileSync(path, '');
    truncateSync(path, 1001);
    expect(reasonFor(path, 1000)).toBe('it has 1001 bytes, and at most 1000 are read; give a smaller file');
  });

  test('reports a file without read permission', () => {
    // Root, the user of many containers, may read all files, so this test uses only the error.
    const closed = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    expect(unreadable(closed).message).toBe('this user may not read it; change its permissions');
  });
});
