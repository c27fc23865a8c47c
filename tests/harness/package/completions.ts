import { join } from 'node:path';

export interface Asked {
  /** Code with the cursor at `|`. */
  readonly code: string;
  /** The names that must be offered. */
  readonly names: readonly string[];
  /** Whether these names have no documentation, because they are values. */
  readonly isUndocumented?: boolean;
}

/** What the test uses of the language service of TypeScript 5, which is no dependency of the project. */
interface TypeScript {
  readonly sys: Record<
    'fileExists' | 'readFile' | 'directoryExists' | 'getDirectories' | 'realpath',
    unknown
  > & {
    readFile(path: string): string | undefined;
    fileExists(path: string): boolean;
  };
  readonly ScriptSnapshot: { fromString(text: string): unknown };
  createLanguageService(host: object): {
    getCompletionsAtPosition(file: string, position: number, options: object): Offered | undefined;
    getCompletionEntryDetails(
      file: string,
      position: number,
      name: string,
      ...more: unknown[]
    ): Details | undefined;
  };
  getDefaultLibFilePath(options: object): string;
}
interface Offered {
  readonly entries: readonly { readonly name: string }[];
}
interface Details {
  readonly documentation?: readonly { readonly text: string }[];
}

/** NodeNext, in the numbers of TypeScript's enumerations. */
const OPTIONS = { strict: true, module: 199, moduleResolution: 99, target: 9, noEmit: true, types: [] };

/** The names that the editor does not offer at the cursor, and those without documentation. */
export function completions(typescript: TypeScript, folder: string, asked: Asked): string[] {
  const position = asked.code.indexOf('|');
  const text = asked.code.replace('|', '');
  const file = join(folder, 'completed.ts');
  const { sys } = typescript;
  const read = (path: string) => (path === file ? text : sys.readFile(path));
  const service = typescript.createLanguageService({
    ...sys,
    useCaseSensitiveFileNames: () => true,
    getCompilationSettings: () => OPTIONS,
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot(path: string) {
      const found = read(path);
      return found === undefined ? undefined : typescript.ScriptSnapshot.fromString(found);
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: typescript.getDefaultLibFilePath,
    fileExists: (path: string) => path === file || sys.fileExists(path),
    readFile: read,
  });
  const offered = service.getCompletionsAtPosition(file, position, {})?.entries.map(({ name }) => name) ?? [];
  return asked.names.flatMap((name) => {
    if (!offered.includes(name)) return [`${name} is not offered`];
    if (asked.isUndocumented) return [];
    const more = [undefined, undefined, undefined, undefined];
    const details = service.getCompletionEntryDetails(file, position, name, ...more);
    return details?.documentation?.length ? [] : [`${name} has no documentation`];
  });
}
