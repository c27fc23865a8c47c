import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { roomBundle } from '../../service/room-bundle.ts';
import { builtFiles } from '../../src/look/bundle.ts';
import { bundleSources } from '../../src/look/bundle-sources.ts';

/** The pages of the harness, by the file that each starts with. */
const pages = [
  ['src/views/page/client/main.ts', 'iife'],
  ['src/views/all-runs/client/main.ts', 'iife'],
  ['src/dashboard/client/main.ts', 'esm'],
] as const;

/** Bundles the scripts and styles of all pages, so that the package needs no bundler. */
export async function writeBundles(root: string, into: string): Promise<void> {
  for (const [entry, format] of pages) {
    const bundle = await bundleSources(join(root, entry), format);
    const files = builtFiles(join(into, entry));
    await write(files.script, bundle.script);
    await write(files.style, bundle.style);
  }
  // The last one, because it ends the bundler of this process.
  await writeRoom(into);
}

async function writeRoom(into: string): Promise<void> {
  const { js, css } = await roomBundle();
  await write(join(into, 'service/room/main.js'), js);
  await write(join(into, 'service/room/main.css'), css);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
