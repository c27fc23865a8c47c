import { readFile, writeFile } from 'node:fs/promises';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { lastLook, withoutSecrets } from '../../kernel/secrets.ts';

/** Screenshots have no text to search, and the page never shows a token. */
const PICTURE = /\.(jpe?g|png|webp)$/;
/** Files of Playwright with one JSON document per line. */
const RECORDS = /\.(trace|network|stacks)$/;
/** The code of the page, where a secret that is an ordinary word may be an identifier. */
const CODE = /\.(js|css|map)$/;

/**
 * Writes a copy of a Playwright trace without the tokens and secrets of its calls, requests and snapshots. Reads the whole
 * file, so call it after the measurement.
 */
export async function redactTrace(from: string, to: string, secrets: readonly string[]): Promise<void> {
  const entries = unzipSync(await readFile(from));
  for (const [name, content] of Object.entries(entries)) {
    if (PICTURE.test(name)) continue;
    const { text, encode } = textOf(content);
    let clean = text;
    for (const secret of secrets) clean = clean.replaceAll(secret, '[token]');
    clean = RECORDS.test(name) ? records(clean) : CODE.test(name) ? lastLook(clean) : withoutSecrets(clean);
    if (clean !== text) entries[name] = encode(clean);
  }
  await writeFile(to, zipSync(entries, { level: 1 }));
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
