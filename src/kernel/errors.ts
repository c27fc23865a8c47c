import { lastLook } from './secrets.ts';

/**
 * A mistake of the user or of the surroundings, not of this program: its message alone is what people need to
 * see. It says what happened with the value, then what to do with the valid choices.
 */
export class UserError extends Error {
  /** Playwright's reporters print `name: message`, and the class says nothing about a wrong setting. */
  override readonly name = '';

  constructor(message: string, options?: ErrorOptions) {
    // It may quote something that holds anything.
    super(lastLook(message), options);
    // Playwright prints `stack` where there is one; a stack explains nothing about a wrong setting.
    this.stack = this.message;
  }
}

/** Ends a `switch` over a discriminated union: a variant that was added later fails to compile here. */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
