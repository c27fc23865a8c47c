import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOM = fileURLToPath(new URL('./room', import.meta.url));

/** The script and the style of the meeting room, minified. */
export interface RoomBundle {
  readonly js: string;
  readonly css: string;
}

/** Bundles the sources of the room. The npm package has none of them: its build wrote the finished files. */
export async function roomBundle(): Promise<RoomBundle> {
  const script = join(ROOM, 'main.ts');
  if (existsSync(script)) return bundleSources(script);
  const [js, css] = await Promise.all(
    ['main.js', 'main.css'].map((name) => readFile(join(ROOM, name), 'utf8')),
  );
  return { js: js!, css: css! };
}

async function bundleSources(script: string): Promise<RoomBundle> {
  const { build, stop } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [script, join(ROOM, 'room.css')],
    outdir: ROOM,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  // Ends the process of the bundler.
  await stop();
  const built = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))!.text;
  return { js: built('.js'), css: built('.css') };
}
