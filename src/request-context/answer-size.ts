import { TOO_LARGE } from './failure.ts';
import { type FailedCall, RequestError } from './request-error.ts';

/** In bytes, unpacked: no answer of a meetings service is larger, and a participant must not fill the memory. */
export const LARGEST_ANSWER = 10_000_000;

export function tooLarge({ method, path }: Pick<FailedCall, 'method' | 'path'>): RequestError {
  const reason = `the answer is over ${LARGEST_ANSWER / 1_000_000} MB`;
  return new RequestError({ method, path, code: TOO_LARGE, reason });
}
