import { readFile, writeFile } from 'node:fs/promises';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { lastLook, withoutSecrets } from '../../kernel/secrets.ts';

/** Pictures hold no text that could be searched; the page never shows a token. */
const PICTURE = /\.(jpe?g|png|webp)$/;
/** Playwright's own records, one JSON document a line. */
const RECORDS = /\.(trace|network|stacks)$/;
/** The code of the page: an ordinary word in it may be an identifier. */
const CODE = /\.(js|css|map)$/;

/**
 * Rewrites a trace of Playwright without the tokens and secrets that its calls, requests and snapshots hold. Reads the
 * whole file, so it has its place after the measurement.
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

/** Content that is no UTF-8 is read one character a byte, so that it stays as it was. */
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

/** Names that the trace viewer needs; all other texts come from the page or the service. */
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
  // The first of a node of a snapshot is the name of its element.
  if (Array.isArray(value))
    return value.map((one, index) =>
      index === 0 && typeof one === 'string' && /^[A-Z][A-Z\d-]*$/.test(one) ? one : recorded(one),
    );
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [lastLook(key), recorded(one, key)]));
}
