import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the code reads of fullhouse's own package.json. */
interface OwnPackage {
  readonly version: string;
  readonly engines: { readonly node: string };
  /** Version ranges by name. Most of these packages are optional. */
  readonly peerDependencies: Readonly<Record<string, string>>;
}

let read: OwnPackage | undefined;

/** fullhouse's own package.json: above the sources in a checkout, and above the compiled code in the npm package. */
export function ownPackage(): OwnPackage {
  read ??= JSON.parse(readFileSync(nearest(dirname(fileURLToPath(import.meta.url))), 'utf8')) as OwnPackage;
  return read;
}

function nearest(folder: string): string {
  const path = join(folder, 'package.json');
  return existsSync(path) ? path : nearest(dirname(folder));
}
