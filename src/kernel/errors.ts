import { closestMatch } from 'leven';
import { lastLook } from './secrets.ts';

/**
 * A mistake of the user or of the environment, not of this program. People see its message alone: it states what happened
 * with the value, then what to do with the valid choices.
 */
export class UserError extends Error {
  /** Playwright's reporters print `name: message`, and the name of the class does not help people. */
  override readonly name = '';

  constructor(message: string, options?: ErrorOptions) {
    // It may quote foreign text.
    super(lastLook(message), options);
    // Playwright prints the stack where there is one, and a stack does not explain a wrong setting.
    this.stack = this.message;
  }
}

/** Ends a `switch` over a discriminated union: a variant that is added later does not compile here. */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

/** The known word that is meant by an unknown one; undefined where no known word is near. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  // The distance costs the product of both lengths, and no word is that long.
  if (word.length > 100) return undefined;
  return closestMatch(word, [...known], { maxDistance: Math.max(2, Math.ceil(word.length / 3)) });
}

/** The hint for an unknown word: the nearest known word, or all of them. */
export function wordHint(word: string, known: readonly string[]): string {
  const meant = nearestWord(word, known);
  return meant === undefined ? `Use one of: ${known.join(', ')}.` : `Did you mean "${meant}"?`;
}
