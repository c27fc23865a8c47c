import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';

export interface FoundText {
  /** The path of the file, with the name inside an archive. */
  readonly place: string;
  readonly text: string;
}

/** What looks like a signed token. */
export const JWT = /eyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]{6,}/;

const PICTURE = /\.(?:jpe?g|png|webp|svg|ttf|woff2?)$/;

/**
 * All texts below folders: files, the contents of archives, and archives inside a page. Pictures are skipped.
 */
export function textsBelow(...folders: readonly string[]): FoundText[] {
  // A run saves many contents several times; each content is read once.
  const known = new Map<string, FoundText[]>();
  /** The texts of a file, with their places inside it. */
  const textsIn = (name: string, content: Uint8Array): FoundText[] => {
    if (PICTURE.test(name)) return [];
    const digest = createHash('sha1').update(content).digest('hex');
    const texts = known.get(digest) ?? read(content);
    known.set(digest, texts);
    return texts;
  };
  const read = (content: Uint8Array): FoundText[] => {
    const within = (parts: readonly (readonly [name: string, inside: Uint8Array])[]) =>
      parts.flatMap(([name, inside]) =>
        textsIn(name, inside).map(({ place, text }) => ({ place: `/${name}${place}`, text })),
      );
    if (content[0] === 0x50 && content[1] === 0x4b) return within(Object.entries(unzipSync(content)));
    const text = Buffer.from(content).toString('utf8');
    const carried = [...text.matchAll(/data:[\w/+.-]+(?:;charset=[\w-]+)?;base64,([A-Za-z0-9+/=]+)/g)];
    return [
      { place: '', text },
      ...within(carried.map(([, encoded], index) => [`base64-${index}`, Buffer.from(encoded!, 'base64')])),
    ];
  };
  return folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap((path) =>
      textsIn(path, readFileSync(path)).map(({ place, text }) => ({ place: `${path}${place}`, text })),
    );
}

/**
 * The places that hold a secret in any spelling. The search does not use the patterns of the redaction: it unescapes the
 * texts and the secret.
 */
export function placesHolding(texts: readonly FoundText[], secret: string): string[] {
  const plainSecret = plain(secret);
  const holds = new Map(
    [...new Set(texts.map(({ text }) => text))].map((text) => [text, plain(text).includes(plainSecret)]),
  );
  return texts.filter(({ text }) => holds.get(text)).map(({ place }) => place);
}

function plain(text: string): string {
  let shown = text;
  for (let time = 0; time < 3; time++)
    shown = shown
      .replace(/\\+u([\da-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      .replace(/\\+[nrt]/g, ' ')
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
      .replace(/&#x([\da-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
      .replace(/&quot;/g, '"')
      .replace(/&apos;/g, "'")
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&amp;/g, '&')
      .replace(/(?:%[\da-f]{2})+/gi, decoded);
  return shown.replace(/\\+/g, '').replace(/"+/g, '"').replace(/\s+/g, ' ');
}

function decoded(percents: string): string {
  try {
    return decodeURIComponent(percents);
  } catch {
    return percents;
  }
}
