import { closestMatch } from 'leven';
import { lastLook } from './secrets.ts';

/**
 * A mistake of the user or of the environment, not of this program. People see only its message: it states what happened,
 * with the value, and then what to do, with the valid choices.
 */
export class UserError extends Error {
  /** Playwright's reporters print `name: message`, and the name of the class does not help people. */
  override readonly name = '';

  constructor(message: string, options?: ErrorOptions) {
    // The message may quote foreign text.
    super(lastLook(message), options);
    // Playwright prints the stack, which does not help with a wrong setting.
    this.stack = this.message;
  }
}

/** Ends a `switch` over a discriminated union: a variant that is added later does not compile here. */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

/** The known word that is nearest to an unknown word; undefined if no known word is near. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  // The cost of the distance is the product of both lengths, and no known word is this long.
  if (word.length > 100) return undefined;
  return closestMatch(word, [...known], { maxDistance: Math.max(2, Math.ceil(word.length / 3)) });
}

/** The hint for an unknown word: the nearest known word, or all of them. */
export function wordHint(word: string, known: readonly string[]): string {
  const meant = nearestWord(word, known);
  return meant === undefined ? `Use one of: ${known.join(', ')}.` : `Did you mean "${meant}"?`;
}
