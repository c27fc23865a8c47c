import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Format } from 'esbuild';
import type { Bundle } from './bundle-sources.ts';

/**
 * The script of a page with all that it imports, the chart library and the styles included. A checkout bundles the sources.
 * The npm package has no sources: its build wrote the bundle beside the place of the entry.
 * @param entry the path of the TypeScript file that the page starts with
 */
export async function bundle(entry: string, format: Format): Promise<Bundle> {
  if (existsSync(entry)) return (await import('./bundle-sources.ts')).bundleSources(entry, format);
  const built = builtFiles(entry);
  const [script, style] = await Promise.all([readFile(built.script, 'utf8'), readFile(built.style, 'utf8')]);
  return { script, style };
}

/** The files of the finished bundle, which the build of the package writes. */
export function builtFiles(entry: string): Bundle {
  const base = entry.replace(/\.ts$/, '');
  return { script: `${base}.js`, style: `${base}.css` };
}
