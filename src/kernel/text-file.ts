import { readFileSync, statSync } from 'node:fs';

/** Why a file cannot be read. The message is a clause for a sentence of the caller: `it is a folder`. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
  /** Whether there is no file of this path. */
  readonly isMissing: boolean;

  constructor(reason: string, { isMissing = false, cause }: { isMissing?: boolean; cause?: unknown } = {}) {
    super(reason, { cause });
    this.isMissing = isMissing;
  }
}

/** Enough for settings, a contract or a list of users, and small enough for the memory of each process. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * The text of a user's file: UTF-8, or UTF-16 with a byte order mark, as editors and shells on Windows write it. The mark is
 * removed.
 * @throws {UnreadableFile} with the reason and what to do about it
 */
export function readText(path: string, mostBytes = MOST_BYTES): string {
  return decodedText(bytesOf(path, mostBytes));
}

function bytesOf(path: string, mostBytes: number): Buffer {
  try {
    const found = statSync(path);
    if (found.isDirectory()) throw new UnreadableFile('it is a folder; give a file');
    // Each process of a run reads its settings, and a pipe is empty for the second reader.
    if (!found.isFile())
      throw new UnreadableFile('it is a pipe or a device; write its content to a regular file');
    if (found.size > mostBytes)
      throw new UnreadableFile(
        `it has ${found.size} bytes, and at most ${mostBytes} are read; give a smaller file`,
      );
    return readFileSync(path);
  } catch (error) {
    throw error instanceof UnreadableFile ? error : unreadable(error as NodeJS.ErrnoException);
  }
}

/** The reason for an error of the file system, as a clause. */
export function unreadable(cause: NodeJS.ErrnoException): UnreadableFile {
  switch (cause.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new UnreadableFile('there is no such file', { isMissing: true, cause });
    case 'EACCES':
    case 'EPERM':
      return new UnreadableFile('this user may not read it; change its permissions', { cause });
    case 'ELOOP':
      return new UnreadableFile('it is a symbolic link that leads to itself', { cause });
    case 'ENAMETOOLONG':
      return new UnreadableFile('its path is too long', { cause });
    case 'ERR_INVALID_ARG_VALUE':
      return new UnreadableFile('its path contains a NUL character', { cause });
    default:
      return new UnreadableFile(`reading it failed with ${cause.code ?? cause.message}`, { cause });
  }
}

/** @throws {UnreadableFile} if the bytes are not text */
export function decodedText(bytes: Buffer): string {
  const encoding = encodingOf(bytes);
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UnreadableFile(`it is not valid ${encoding.toUpperCase()} text; save it as UTF-8`, { cause });
  }
  const nul = text.indexOf('\0');
  if (nul < 0) return text;
  throw new UnreadableFile(
    `it contains a NUL character in line ${text.slice(0, nul).split('\n').length}, as binary files and UTF-16 without a byte order mark do; save it as UTF-8`,
  );
}

function encodingOf(bytes: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}
