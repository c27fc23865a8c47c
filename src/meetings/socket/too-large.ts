import { LARGEST_ANSWER } from '../../request-context/answer-body.ts';
import { codeOfError, TOO_LARGE } from '../../request-context/failure.ts';

/** The most bytes that may wait to be sent: an answer to a ping has six, and uses some hundred in memory. */
export const MOST_UNSENT = 1_000_000;

/** The reason of a connection whose service sent more than a client accepts; replaces Socket.IO's reason. */
export const MESSAGE_TOO_LARGE = `message over ${LARGEST_ANSWER / 1_000_000} MB`;

export function messageTooLarge(): Error {
  return Object.assign(new Error(MESSAGE_TOO_LARGE), { code: TOO_LARGE });
}

/** Socket.IO's reason for the end of a connection, or our more precise one. */
export function reasonOf(reason: string, error: unknown): string {
  return codeOfError(error) === TOO_LARGE ? MESSAGE_TOO_LARGE : reason;
}
