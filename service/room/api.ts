import type {
  Meeting,
  MeetingWithRoster,
  NetworkAdvice,
  NetworkReport,
  Participant,
} from '../meetings/schemas.ts';
import { Calls } from './calls.ts';

const PATIENCE_MS = 15_000;

/** The reason of a failed call: a code of the service, or NETWORK, TIMEOUT, RATE_LIMITED or UNKNOWN. */
export type Refusal = {
  code: string;
  /** The time that the service asks to wait. */
  retryAfterS?: number | undefined;
};

export type Answer<T> = { data: T; refusal?: undefined } | { data?: undefined; refusal: Refusal };

export type Api = ReturnType<typeof meetingsApi>;

/**
 * The calls of the meetings API for the user of a token. They never throw. A leave waits for the other open calls,
 * because calls can overtake each other, and the service refuses calls that arrive after the leave.
 */
export function meetingsApi(token: string) {
  const underWay = new Calls();
  const call = <T>(method: 'GET' | 'POST', path: string, body?: object) =>
    underWay.add((signal) => request<T>({ method, path: `/api/v1/meetings${path}`, token, body, signal }));
  return {
    create: (title: string) => call<MeetingWithRoster>('POST', '', { title }),
    meeting: (id: string) => call<MeetingWithRoster>('GET', `/${id}`),
    join: (id: string) => call<{ meeting: Meeting; participant: Participant }>('POST', `/${id}/join`),
    leave: async (id: string) => {
      await underWay.settle();
      return call<undefined>('POST', `/${id}/leave`);
    },
    moveHand: (id: string, to: 'raise' | 'lower') => call<undefined>('POST', `/${id}/hand/${to}`),
    reconnect: (id: string) =>
      call<{ meeting: Meeting; participants: Participant[] }>('POST', `/${id}/reconnect`),
    reportNetwork: (id: string, report: NetworkReport) =>
      call<NetworkAdvice>('POST', `/${id}/network/quality`, report),
  };
}

/** Exchanges the key of a sign-in link for a token and the meeting to which the link leads. Never throws. */
export function signIn(key: string): Promise<Answer<{ token: string; meetingId: string }>> {
  return request({ method: 'POST', path: '/room/sign-in', body: { key } });
}

type Request = {
  method: 'GET' | 'POST';
  path: string;
  token?: string;
  body?: object | undefined;
  signal?: AbortSignal;
};

async function request<T>({ method, path, token, body, signal }: Request): Promise<Answer<T>> {
  try {
    const response = await fetch(path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.any([...(signal ? [signal] : []), AbortSignal.timeout(PATIENCE_MS)]),
    });
    return await answerIn<T>(response);
  } catch (error) {
    return { refusal: { code: (error as Error).name === 'TimeoutError' ? 'TIMEOUT' : 'NETWORK' } };
  }
}

async function answerIn<T>(response: Response): Promise<Answer<T>> {
  // The rate limit answers with plain text.
  if (response.status === 429) {
    const retryAfterS = Number(response.headers.get('retry-after')) || undefined;
    return { refusal: { code: 'RATE_LIMITED', retryAfterS } };
  }
  const isJson = response.headers.get('content-type')?.includes('json');
  const content = isJson ? ((await response.json()) as { data: T; error?: string }) : undefined;
  if (response.ok && content) return { data: content.data };
  return { refusal: { code: content?.error ?? 'UNKNOWN' } };
}
