import type { ActionName } from '../timings/catalogue.ts';
import { means, mentions, wordsOf } from './words.ts';

/** One part of a path: a text, or a variable. */
export type Segment = string | { readonly variable: string };

export interface Endpoint {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly segments: readonly Segment[];
  /** The flag in the body that raises or lowers the hand: each value is a separate operation. */
  readonly flag?: boolean | undefined;
}

/** The purpose of an endpoint: an operation of the harness, or a related call. */
export type Purpose = ActionName | 'participants' | 'chat.send' | 'login' | undefined;

export interface Place {
  readonly purpose: Purpose;
  /** The number of segments up to the collection of meetings: 3 for `/api/v1/rooms`. */
  readonly collection: number;
}

const NOWHERE: Place = { purpose: undefined, collection: 0 };

/** Classifies an endpoint by its method and the words of its path. */
export function placeOf(endpoint: Endpoint): Place {
  const { method, segments } = endpoint;
  const texts = segments.filter((one) => typeof one === 'string');
  const last = texts.at(-1) ?? '';
  const collection = collectionIn(segments);
  if (method === 'get' && segments.every((one) => typeof one === 'string') && isAll(last, 'health'))
    return { purpose: 'health.get', collection: 0 };
  if (collection === 0 || isLogin(endpoint, collection))
    return method === 'post' && isAll(last, 'login') ? { purpose: 'login', collection: 0 } : NOWHERE;
  return { purpose: purposeIn(endpoint, segments.slice(collection)), collection };
}

/**
 * The number of segments up to the collection of meetings, or 0 without one. "session" counts only if there is no
 * better word.
 */
function collectionIn(segments: readonly Segment[]): number {
  const at = (isWanted: (word: string) => boolean) =>
    segments.findIndex((one) => typeof one === 'string' && wordsOf(one).some((word) => isWanted(word))) + 1;
  return (
    at((word) => means(word, 'meeting') && !/^sessions?$/.test(word)) || at((word) => means(word, 'meeting'))
  );
}

/** `POST /auth/session`, and `POST /session` in the singular, make a session of the user, not a meeting. */
function isLogin({ segments }: Endpoint, collection: number): boolean {
  const noun = segments[collection - 1];
  if (typeof noun !== 'string' || collection !== segments.length) return false;
  const before = segments.slice(0, -1).some((one) => typeof one === 'string' && mentions(one, 'login'));
  return noun === 'session' || (noun === 'sessions' && before);
}

function purposeIn(endpoint: Endpoint, rest: readonly Segment[]): Purpose {
  const { method } = endpoint;
  const [first, ...more] = rest;
  if (first === undefined)
    return method === 'post' ? 'meeting.create' : method === 'get' ? 'meeting.list' : undefined;
  if (typeof first === 'string') {
    if (method === 'post' && more.length === 0 && /^(create|new)$/.test(first)) return 'meeting.create';
    return method === 'post' ? within(endpoint, rest) : undefined;
  }
  if (more.length === 0) return method === 'get' ? 'meeting.get' : undefined;
  return within(endpoint, more);
}

/** The purpose of a call below one meeting. */
function within({ method, flag }: Endpoint, rest: readonly Segment[]): Purpose {
  const texts = rest.filter((one) => typeof one === 'string');
  const words = texts.flatMap(wordsOf);
  const has = (group: Parameters<typeof means>[1]) => words.some((word) => means(word, group));
  const changes = method !== 'get';
  if (!changes)
    return texts.length === rest.length && texts.length === 1 && isPeople(texts[0]!)
      ? 'participants'
      : undefined;
  if (has('hand') || flag !== undefined)
    return method === 'delete' || flag === false || has('lower') ? 'hand.lower' : 'hand.raise';
  if (has('reconnect')) return 'meeting.reconnect';
  if (has('leave')) return 'meeting.leave';
  if (words.some((word) => /^join|^enter$|^admit$|^presence$/.test(word)))
    return method === 'delete' ? 'meeting.leave' : 'meeting.join';
  if (has('network') || (has('person') && words.includes('quality'))) return 'network.report';
  if (has('chat') && method === 'post') return 'chat.send';
  if (!isOwnPlace(rest)) return undefined;
  return method === 'delete' ? 'meeting.leave' : method === 'patch' ? undefined : 'meeting.join';
}

/** `/participants`, `/guests/me` or `/members/{userId}`: the place of one participant. */
function isOwnPlace([people, who, ...more]: readonly Segment[]): boolean {
  if (typeof people !== 'string' || !isPeople(people) || more.length > 0) return false;
  return who === undefined || typeof who !== 'string' || means(who, 'self');
}

function isPeople(segment: string): boolean {
  return isAll(segment, 'person');
}

function isAll(name: string, group: Parameters<typeof means>[1]): boolean {
  const words = wordsOf(name);
  return words.length > 0 && words.every((word) => means(word, group) || means(words.join(''), group));
}

/** `/rooms/{id}/guests` as the path of a contract. */
export function pathText(segments: readonly Segment[]): string {
  return segments.map((one) => `/${typeof one === 'string' ? one : `\${${one.variable}}`}`).join('');
}
