import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

export type Language = 'TypeScript' | 'JavaScript';

interface Style {
  readonly language: Language;
  /** Whether package.json says `"type": "module"`. */
  readonly isModule: boolean;
}

/**
 * The ending of the files of a project. Their code has `import` and `export`: in a CommonJS project, Node reads those of
 * JavaScript only from a file that says so.
 */
export function endingOf({ language, isModule }: Style): '.ts' | '.js' | '.mjs' {
  if (language === 'TypeScript') return '.ts';
  return isModule ? '.js' : '.mjs';
}

/** The ending in an import of such a file: that of the compiled file, which TypeScript resolves under all of its rules. */
export function importEnding(ending: ReturnType<typeof endingOf>): string {
  return ending === '.ts' ? '.js' : ending;
}

/** The language that a folder uses; undefined if nothing shows it. `config` is the name of its Playwright configuration. */
export function languageIn(folder: string, config: string | undefined): Language | undefined {
  if (config !== undefined) return /ts$/.test(config) ? 'TypeScript' : 'JavaScript';
  if (existsSync(join(folder, 'tsconfig.json')) || hasCompiler(folder)) return 'TypeScript';
  const endings = [folder, join(folder, 'src')].flatMap(namesIn).map((name) => extname(name));
  if (endings.some((ending) => ['.ts', '.mts', '.tsx'].includes(ending))) return 'TypeScript';
  return endings.some((ending) => ['.js', '.mjs', '.cjs', '.jsx'].includes(ending))
    ? 'JavaScript'
    : undefined;
}

function hasCompiler(folder: string): boolean {
  const { dependencies, devDependencies } = packageAbove(folder)?.described ?? {};
  return [dependencies, devDependencies].some(
    (packages) => typeof packages === 'object' && packages !== null && 'typescript' in packages,
  );
}

function namesIn(folder: string): string[] {
  return existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : [];
}

interface Package {
  /** The folder of package.json. */
  readonly folder: string;
  readonly described: Readonly<Record<string, unknown>>;
}

/** The nearest package.json, in this folder or above it, but not above the repository. */
export function packageAbove(folder: string): Package | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, 'package.json');
    if (existsSync(file)) return { folder: at, described: readPackage(file) };
    if (existsSync(join(at, '.git')) || at === dirname(at)) return undefined;
  }
}

/** Empty if it cannot be read: the package manager reports its mistakes. */
function readPackage(file: string): Package['described'] {
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof read === 'object' && read !== null ? (read as Package['described']) : {};
  } catch {
    return {};
  }
}

/** Whether Node reads `.js` files of this folder as ES modules. */
export function isModuleFolder(folder: string): boolean {
  return packageAbove(folder)?.described.type === 'module';
}
