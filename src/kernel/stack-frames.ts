import { fileURLToPath } from 'node:url';

/** A place in code. */
export interface CallSite {
  /** The absolute path of the file. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/** `at name (file:///path/file.ts:3:7)`, or `at file:///path/file.ts:3:7` */
const FRAME = /^\s*at (?:.*\()?((?:file:\/\/)?\/.*|[A-Za-z]:[\\/].*):(\d+):\d+\)?$/;

/** The places in a stack of an error, innermost first; without places inside of Node. */
export function framesOf(stack: string): CallSite[] {
  return stack.split('\n').flatMap((text) => {
    const [, file, line] = FRAME.exec(text) ?? [];
    return file === undefined ? [] : [{ file: plainPath(file), line: Number(line) }];
  });
}

/** Loaders add a query to the URL of a module: it is no part of the path. */
function plainPath(file: string): string {
  if (!file.startsWith('file:')) return file.replace(/\?.*$/, '');
  const url = new URL(file);
  url.search = '';
  return fileURLToPath(url);
}
