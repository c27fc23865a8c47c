import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A file that the dashboard serves. */
export interface ServedFile {
  readonly type: string;
  readonly body: string;
}

const own = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The page, its script with the chart library, and its style, by the paths under which they are served. */
export async function clientFiles(): Promise<ReadonlyMap<string, ServedFile>> {
  const { outputFiles } = await build({
    entryPoints: [own('client/main.ts')],
    bundle: true,
    minify: true,
    write: false,
    outdir: '/',
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'silent',
  });
  const built = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))!.text;
  const text = (name: string) => readFile(own(`client/${name}`), 'utf8');
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', body: await text('index.html') }],
    ['/icon.svg', { type: 'image/svg+xml', body: await text('icon.svg') }],
    ['/main.js', { type: 'text/javascript; charset=utf-8', body: built('.js') }],
    ['/main.css', { type: 'text/css; charset=utf-8', body: built('.css') }],
  ]);
}
