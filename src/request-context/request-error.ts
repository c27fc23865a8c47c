import { causeOfError, codeOfError, outcomeOfError, reasonOfError, statusOfError } from './failure.ts';

export interface FailedCall {
  readonly method: string;
  /** Without its query, which may hold a token. */
  readonly path: string;
  readonly code: string | undefined;
  readonly reason: string;
  /** The reason as `causeOfError` groups it, where it differs. */
  readonly cause?: string;
  /** Where an answer came and `failOnStatusCode` made it an error. */
  readonly status?: number | undefined;
}

/**
 * A call without a usable answer. Says method, path and reason; never a header, a query or a body of the
 * request, because they hold tokens. For the same reason its `cause` is a text and not the original error:
 * Playwright's errors quote every header of the call.
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

  /** From what Node, a connection or Playwright threw. */
  static from(method: string, path: string, error: unknown): RequestError {
    const code = codeOfError(error);
    const cause = causeOfError(error);
    const reason =
      outcomeOfError(error) === 'error' || code === undefined ? reasonOfError(error) : `${cause} (${code})`;
    return new RequestError({ method, path, code, reason, cause, status: statusOfError(error) });
  }
}

/** For `failOnStatusCode`, which like Playwright's accepts 2xx and 3xx. */
export function refusedStatus(
  call: { method: string; path: string },
  answer: { status: number; statusText: string },
): RequestError | undefined {
  const { status, statusText } = answer;
  if (status >= 200 && status < 400) return undefined;
  return new RequestError({ ...call, code: undefined, status, reason: `${status} ${statusText}`.trim() });
}
