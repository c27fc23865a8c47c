import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** The files of a run are under this path. */
export const REPORT_PATH = '/report/';

/** Raw data, which no report needs. */
const WITHHELD: ReadonlySet<string> = new Set(['evidence', 'blob', 'test-results']);

/** All other files are downloads. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.md': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.csv': 'text/plain; charset=utf-8',
  '.prom': 'text/plain; charset=utf-8',
  '.hgrm': 'text/plain; charset=utf-8',
  '.xml': 'text/xml; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpeg': 'image/jpeg',
  '.ttf': 'font/ttf',
  '.zip': 'application/zip',
};

/**
 * Reports have their code inside the page, and Playwright's report shows traces in a frame with a service worker.
 * Nothing is loaded from elsewhere. The performance page has a stricter policy of its own.
 */
const POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; media-src 'self' blob:; frame-src 'self' blob:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/**
 * The file of a request within the folder of the run, or undefined without such a file. A path out of the folder, also
 * through a link, leads nowhere; so does a hidden file, and raw data.
 * @param path the path of the request, encoded, behind `REPORT_PATH`
 */
export async function reportFile(folder: string, path: string): Promise<string | undefined> {
  try {
    const name = decodeURIComponent(path);
    if (/[\0\\]/.test(name)) return undefined;
    const parts = name.split('/').filter((part) => part !== '');
    if (parts.some((part) => part.startsWith('.')) || WITHHELD.has(parts[0] ?? '')) return undefined;
    const inside = await realpath(folder);
    const found = await realpath(join(inside, ...parts));
    const file = (await stat(found)).isDirectory() ? await realpath(join(found, 'index.html')) : found;
    const isInside = !relative(inside, file).startsWith('..') && file.startsWith(inside + sep);
    return isInside && (await stat(file)).isFile() ? file : undefined;
  } catch {
    // There is no such file, or its name is not encoded correctly.
    return undefined;
  }
}

/** Sends a file that `reportFile` found. Rejects if the reader leaves before its end. */
export async function sendReport(response: ServerResponse, file: string, isHead: boolean): Promise<void> {
  const { size } = await stat(file);
  const type = TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream';
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Length': size,
    'Content-Security-Policy': POLICY,
  });
  if (isHead) response.end();
  else await pipeline(createReadStream(file, { end: Math.max(0, size - 1) }), response);
}
