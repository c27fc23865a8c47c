import { readFile, writeFile } from 'node:fs/promises';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { withoutSecrets } from '../../kernel/secrets.ts';

/** Pictures hold no text that could be searched; the page never shows a token. */
const PICTURE = /\.(jpe?g|png|webp)$/;

/**
 * Rewrites a trace of Playwright without the tokens that its calls, requests and snapshots hold. Reads the whole file,
 * so it has its place after the measurement.
 */
export async function redactTrace(from: string, to: string, secrets: readonly string[]): Promise<void> {
  const entries = unzipSync(await readFile(from));
  for (const [name, content] of Object.entries(entries)) {
    if (PICTURE.test(name)) continue;
    // One character a byte, so that what is no text comes out as it was.
    const text = strFromU8(content, true);
    let clean = text;
    for (const secret of secrets) clean = clean.replaceAll(secret, '[token]');
    clean = withoutSecrets(clean);
    if (clean !== text) entries[name] = strToU8(clean, true);
  }
  await writeFile(to, zipSync(entries, { level: 1 }));
}
