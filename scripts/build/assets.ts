import { cp, readdir } from 'node:fs/promises';
import { basename, extname, join, sep } from 'node:path';

/** What the code imports, reads or starts by a path relative to itself: folders, and single files of others. */
const folders = ['src', 'service', 'network-profiles', 'scripts/catalogue'];
const files = ['scripts/setup/lock-file.mjs', 'scripts/setup/node-version.mjs', 'scripts/setup/chromium.mjs'];

const EXAMPLES = 'docs/examples';

/** TypeScript is compiled, and styles are part of the bundles. */
const notCopied = ['.ts', '.mts', '.css'];

/** Copies what is not compiled to the same place below `into`. */
export async function copyAssets(root: string, into: string): Promise<void> {
  await Promise.all([
    ...folders.map((folder) => copyFrom(root, folder, into)),
    ...files.map((path) => cp(join(root, path), join(into, path))),
    // `npx fullhouse new` writes files from these, TypeScript included.
    cp(join(root, EXAMPLES), join(into, EXAMPLES), { recursive: true }),
  ]);
}

async function copyFrom(root: string, folder: string, into: string): Promise<void> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  const assets = entries.filter((entry) => entry.isFile() && isAsset(entry.name));
  await Promise.all(
    assets.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
        .slice(root.length)
        .replace(/^[/\\]/, '')
        .split(sep)
        .join('/');
      return cp(join(root, path), join(into, path));
    }),
  );
}

function isAsset(name: string): boolean {
  return !notCopied.includes(extname(name)) && basename(name) !== 'tsconfig.json';
}
