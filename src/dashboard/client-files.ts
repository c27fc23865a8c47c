import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundle } from '../look/bundle.ts';

/** A file that the dashboard serves. */
export interface ServedFile {
  readonly type: string;
  readonly body: string;
}

const own = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The page, its script with the chart library, and its style, by the paths under which they are served. */
export async function clientFiles(): Promise<ReadonlyMap<string, ServedFile>> {
  const { script, style } = await bundle(own('client/main.ts'), 'esm');
  const text = (name: string) => readFile(own(`client/${name}`), 'utf8');
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', body: await text('index.html') }],
    ['/icon.svg', { type: 'image/svg+xml', body: await text('icon.svg') }],
    ['/main.js', { type: 'text/javascript; charset=utf-8', body: script }],
    ['/main.css', { type: 'text/css; charset=utf-8', body: style }],
  ]);
}
