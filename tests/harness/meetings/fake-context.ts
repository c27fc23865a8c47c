import type { Clock } from '../../../src/kernel/clock.ts';
import type { Identity } from '../../../src/meetings/identities/identity.ts';
import type { RequestContext } from '../../../src/request-context/request-context.ts';

export interface FakeAnswer {
  readonly status?: number;
  readonly type?: string;
  readonly body?: string;
  /** An error in place of an answer. */
  readonly error?: unknown;
  /** The delay of the answer on the clock. */
  readonly afterMs?: number;
}

/** An answer that is a success by the contract. */
export const success = (data: unknown = {}): FakeAnswer => ({
  body: JSON.stringify({ success: true, data }),
});

/** A request context without a network: each call is answered by `answer`, after a time of the given clock. */
export function fakeContext(
  clock: Clock,
  answer: (call: { method: string; path: string; data: unknown }) => FakeAnswer,
): RequestContext {
  const call = async (path: string, { method = 'GET', data }: { method?: string; data?: unknown } = {}) => {
    const {
      status = 200,
      type = 'application/json',
      body = '',
      error,
      afterMs = 0,
    } = answer({ method, path, data });
    if (afterMs > 0) await clock.until(clock.now() + afterMs);
    if (error !== undefined) throw error;
    return {
      status: () => status,
      ok: () => status >= 200 && status < 300,
      headers: () => ({ 'content-type': type }),
      text: async () => body,
      json: async () => JSON.parse(body),
    };
  };
  return { fetch: call, dispose: async () => undefined } as unknown as RequestContext;
}

/** A user with a token, or without one. */
export function userNamed(userId: string, token?: string): Identity {
  return {
    userId,
    token,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    query: '',
    socket: token === undefined ? {} : { auth: { token } },
    cookies: {},
    learn: () => undefined,
    release: async () => undefined,
  };
}
