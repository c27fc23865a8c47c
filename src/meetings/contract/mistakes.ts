import { closestMatch } from 'leven';
import {
  compileExpression,
  compileTemplate,
  compileText,
  type Expression,
  ExpressionError,
  type Place,
  type Template,
  type WrittenExpression,
} from '../expressions.ts';

export type Path = readonly (string | number)[];

/** The value at a path; undefined if it is missing. */
export function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Readonly<Record<string | number, unknown>>)[step];
  }
  return found;
}

export interface Mistake {
  /** The place: `['operations', 'meeting.join', 'ok']`. */
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
}

/** Compiles the parts of a contract and collects all mistakes. */
export class Mistakes {
  readonly all: Mistake[] = [];
  /** The intended names behind misspelt names: they are not reported as missing. */
  readonly #meant = new Set<string>();

  add(path: Path, message: string, hint?: string): void {
    this.all.push({ path, message, hint });
  }

  isMeant(name: string): boolean {
    return this.#meant.has(name);
  }

  /** Reports a misspelt standard name. */
  addMisspelt(path: Path, name: string, kind: string, standard: ReadonlySet<string>): boolean {
    if (standard.has(name)) return false;
    const meant = closestMatch(name, [...standard], { maxDistance: 2 });
    if (meant === undefined) return false;
    this.#meant.add(meant);
    this.add(path, `"${name}" is not an ${kind} of fullhouse`, `did you mean "${meant}"?`);
    return true;
  }

  addUnknown(path: Path, message: string, word: string, known: readonly string[]): void {
    if (this.#meant.has(word)) return;
    const meant = closestMatch(word, known, { maxDistance: 3 });
    this.add(path, message, meant ? `did you mean "${meant}"?` : `known: ${known.join(', ') || 'none'}`);
  }

  /** Compiles an expression, or a list of which the first value counts. Undefined if the contract has none. */
  expression<Result = unknown>(
    written: WrittenExpression | readonly WrittenExpression[] | undefined,
    place: Place,
    path: Path,
  ): Expression<Result> | undefined {
    if (written === undefined) return undefined;
    if (typeof written === 'string' || typeof written === 'function')
      return this.#tried(path, () => compileExpression<Result>(written, place)) ?? (() => undefined);
    const all = written.map((one, index) => this.expression<Result>(one, place, [...path, index])!);
    return (values) => {
      for (const one of all) {
        const value = one(values);
        if (value !== undefined && value !== null) return value;
      }
      return undefined;
    };
  }

  template(written: unknown, path: Path): Template {
    return this.#tried(path, () => compileTemplate(written, 'sent')) ?? (() => undefined);
  }

  text(written: WrittenExpression, place: Place, path: Path, encode?: (value: string) => string) {
    return this.#tried(path, () => compileText(written, place, encode)) ?? (() => '');
  }

  #tried<Made>(path: Path, make: () => Made): Made | undefined {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.add(path, error.message, error.hint);
      return undefined;
    }
  }
}
