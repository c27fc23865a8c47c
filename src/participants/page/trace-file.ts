import { readFile, writeFile } from 'node:fs/promises';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { lastLook, withoutSecrets } from '../../kernel/secrets.ts';
import { framesToKeep, type SizedEntry, withoutOtherFrames } from './trace-film.ts';

/** Screenshots have no text to search, and the page never shows a token. */
const PICTURE = /\.(jpe?g|png|webp)$/;
/** Files of Playwright with one JSON document per line. */
const RECORDS = /\.(trace|network|stacks)$/;
/** The code of the page, where a secret that is an ordinary word may be an identifier. */
const CODE = /\.(js|css|map)$/;

/** Frames of the film that Playwright records beside the snapshots: nine tenths of the bytes of a trace. */
const FILM = /^screencast\//;
/** Fast, because a slice waits for it. */
const LEVEL = 1;
/** What an archive needs for each entry, in addition to its content and twice its name. */
const ENTRY_BYTES = 76;
/** The end of the directory of an archive. */
const END_BYTES = 22;

export interface Redacted {
  readonly secrets: readonly string[];
  /** The most bytes of the copy. */
  readonly limitBytes: number;
}

/**
 * Writes a copy of a Playwright trace without the tokens and secrets of its calls, requests and snapshots. A copy that
 * would be too large gets fewer frames of the film, then no contents of the largest resources. Reads the whole file, so
 * call it after the measurement. @returns the size in bytes; undefined, without a file, if the records alone are too large
 */
export async function redactTrace(
  from: string,
  to: string,
  { secrets, limitBytes }: Redacted,
): Promise<number | undefined> {
  const raw = await readFile(from);
  const film: SizedEntry[] = [];
  const entries = unzipSync(raw, {
    filter: ({ name, originalSize }) => {
      if (FILM.test(name)) film.push({ name, bytes: originalSize });
      return !FILM.test(name);
    },
  });
  redact(entries, secrets);
  const sizes = packedSizes(zipSync(entries, { level: LEVEL }));
  let bytes = sizes.reduce((sum, one) => sum + one.bytes, END_BYTES);
  // The largest resources are scripts, which snapshots do not need.
  for (const { name, bytes: own } of sizes.toSorted((one, other) => other.bytes - one.bytes)) {
    if (bytes <= limitBytes) break;
    if (!name.startsWith('resources/')) continue;
    delete entries[name];
    bytes -= own;
  }
  if (bytes > limitBytes) return undefined;
  addFrames(entries, { raw, film, limitBytes: limitBytes - bytes });
  const packed = zipSync(entries, { level: LEVEL });
  await writeFile(to, packed);
  return packed.length;
}

function redact(entries: Record<string, Uint8Array>, secrets: readonly string[]): void {
  for (const [name, content] of Object.entries(entries)) {
    if (PICTURE.test(name)) continue;
    const { text, encode } = textOf(content);
    let clean = text;
    for (const secret of secrets) clean = clean.replaceAll(secret, '[token]');
    clean = RECORDS.test(name) ? records(clean) : CODE.test(name) ? lastLook(clean) : withoutSecrets(clean);
    if (clean !== text) entries[name] = encode(clean);
  }
}

function packedSizes(packed: Uint8Array): SizedEntry[] {
  const sizes: SizedEntry[] = [];
  unzipSync(packed, {
    filter: ({ name, size }) => {
      sizes.push(inArchive({ name, bytes: size }));
      return false;
    },
  });
  return sizes;
}

function inArchive({ name, bytes }: SizedEntry): SizedEntry {
  return { name, bytes: bytes + 2 * Buffer.byteLength(name) + ENTRY_BYTES };
}

interface Film {
  readonly raw: Uint8Array;
  readonly film: readonly SizedEntry[];
  readonly limitBytes: number;
}

/** Adds the frames that fit, and removes the records of all others. */
function addFrames(entries: Record<string, Uint8Array>, { raw, film, limitBytes }: Film): void {
  if (film.length === 0) return;
  const traces = Object.keys(entries).filter((name) => name.endsWith('.trace'));
  const lines = traces.map((name) => strFromU8(entries[name]!)).join('\n');
  const kept = framesToKeep(lines, film.map(inArchive), limitBytes);
  for (const name of traces) entries[name] = strToU8(withoutOtherFrames(strFromU8(entries[name]!), kept));
  Object.assign(entries, unzipSync(raw, { filter: ({ name }) => kept.has(name) }));
}

/** Content that is not UTF-8 is read as one character per byte, so that it does not change. */
function textOf(content: Uint8Array): { text: string; encode: (text: string) => Uint8Array<ArrayBuffer> } {
  try {
    return {
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content),
      encode: (text) => strToU8(text),
    };
  } catch {
    return { text: strFromU8(content, true), encode: (text) => strToU8(text, true) };
  }
}

/** The fields that the trace viewer needs. All other texts come from the page or the service. */
const STRUCTURE =
  /^(?:type|class|method|callId|pageId|pageref|frameId|frameUrl|file|sha1|_sha1|phase|origin|browserName)$/;

function records(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      if (line === '') return line;
      try {
        const value: unknown = JSON.parse(line);
        const clean = recorded(value);
        return JSON.stringify(clean) === JSON.stringify(value) ? line : JSON.stringify(clean);
      } catch {
        return withoutSecrets(line);
      }
    })
    .join('\n');
}

function recorded(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return STRUCTURE.test(name) ? lastLook(value) : withoutSecrets(value);
  // The first item of a node in a snapshot is the name of its element.
  if (Array.isArray(value))
    return value.map((one, index) =>
      index === 0 && typeof one === 'string' && /^[A-Z][A-Z\d-]*$/.test(one) ? one : recorded(one),
    );
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [lastLook(key), recorded(one, key)]));
}
