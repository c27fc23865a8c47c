import { LARGEST_ANSWER } from '../../request-context/answer-size.ts';
import { codeOfError, TOO_LARGE } from '../../request-context/failure.ts';

/** So much may wait to be sent, in bytes: an answer to a ping has six, and costs some hundred in memory. */
export const MOST_UNSENT = 1_000_000;

/** How a connection ended whose service sent more than a client takes; in the place of Socket.IO's reason. */
export const MESSAGE_TOO_LARGE = `message over ${LARGEST_ANSWER / 1_000_000} MB`;

export function messageTooLarge(): Error {
  return Object.assign(new Error(MESSAGE_TOO_LARGE), { code: TOO_LARGE });
}

/** Socket.IO's reason for the end of a connection, or the more telling one of ours. */
export function reasonOf(reason: string, error: unknown): string {
  return codeOfError(error) === TOO_LARGE ? MESSAGE_TOO_LARGE : reason;
}
