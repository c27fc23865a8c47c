import { closestMatch } from 'leven';
import { lastLook } from './secrets.ts';

/** People see only the message: no name of a class, and no stack and no code frame of this program. */
class PlainError extends Error {
  /** Playwright's reporters print `name: message`. */
  override readonly name = '';

  constructor(message: string, options?: ErrorOptions) {
    // The message may quote foreign text.
    super(lastLook(message), options);
    // Playwright prints the stack, and finds the line of a code frame in it.
    this.stack = this.message;
  }
}

/**
 * A mistake of the user or of the environment, not of this program. The message states what happened, with the value, and
 * then what to do, with the valid choices.
 */
export class UserError extends PlainError {}

/** A result against the service or the run, which fails its test: a missed target, a failed check, a regression. */
export class Unmet extends PlainError {}

/** Throws one error with a line for each sentence. */
export function expectNone(sentences: readonly string[]): void {
  if (sentences.length > 0) throw new Unmet(sentences.join('\n'));
}

/** The message of a UserError that this throws, as a list; empty if it throws none. */
export function messagesOf(act: () => void): string[] {
  try {
    act();
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [error.message];
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
