import { causeOfError, codeOfError, outcomeOfError, reasonOfError, statusOfError } from './failure.ts';

export interface FailedCall {
  readonly method: string;
  /** Without its query, which may contain a token. */
  readonly path: string;
  readonly code: string | undefined;
  readonly reason: string;
  /** The group of the reason, see `causeOfError`; by default the reason. */
  readonly cause?: string;
  /** The status of an answer that `failOnStatusCode` made an error. */
  readonly status?: number | undefined;
}

/**
 * A call without a usable answer. The message has method, path and reason. It never has a header, a query or a body of the
 * request, because they may contain tokens. For the same reason, `cause` is a text and not the original error: Playwright's
 * errors quote all headers of the call.
 */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: string | undefined;
  readonly status: number | undefined;

  constructor({ method, path, code, reason, cause = reason, status }: FailedCall) {
    super(`${method} ${path}: ${reason}`, { cause });
    this.code = code;
    this.status = status;
  }

  /** From an error of Node, of a connection or of Playwright. */
  static from(method: string, path: string, error: unknown): RequestError {
    const code = codeOfError(error);
    const cause = causeOfError(error);
    const reason =
      outcomeOfError(error) === 'error' || code === undefined ? reasonOfError(error) : `${cause} (${code})`;
    return new RequestError({ method, path, code, reason, cause, status: statusOfError(error) });
  }
}

/** An error of a connection, with a code that `failure.ts` knows. */
export function codedError(code: string, message: string): Error & { readonly code: string } {
  return Object.assign(new Error(message), { code });
}

/** An error by the rule of Playwright's `failOnStatusCode`, which accepts 2xx and 3xx. */
export function refusedStatus(
  call: { method: string; path: string },
  answer: { status: number; statusText: string },
): RequestError | undefined {
  const { status, statusText } = answer;
  if (status >= 200 && status < 400) return undefined;
  return new RequestError({ ...call, code: undefined, status, reason: `${status} ${statusText}`.trim() });
}
