import type { tokenFaults } from '../meetings/identities/account.ts';
import type { Severity } from './answered.ts';

/** A fault of credentials. */
export type Fault = (typeof tokenFaults)[number];

/** The words for the faults of a signed token. */
export const faultWords: Readonly<Record<Fault, string>> = {
  forged: 'a token signed with a wrong secret',
  unsigned: 'a token with alg "none" and no signature',
  'public-key-as-secret': 'a token signed with the public key as a secret',
  expired: 'an expired token',
  missing: 'a user without a token',
  garbage: 'a token that is not a JWT',
  'wrong-type': 'a token of type "refresh"',
  'wrong-audience': 'a token for the audience of another service',
  'without-user': 'a token that names no user',
};

/** The interfaces where users show tokens. */
export const interfaces = { http: 'HTTP', socket: 'The socket' } as const;
export type Interface = keyof typeof interfaces;

type TokenFinding = `${Interface}-accepts-${Fault}-token`;

function tokenFindings(via: Interface) {
  return Object.fromEntries(
    Object.entries(faultWords).map(([fault, words]) => [
      `${via}-accepts-${fault}-token`,
      `${interfaces[via]} accepts ${words}.`,
    ]),
  ) as Readonly<Record<TokenFinding, string>>;
}

const defects = {
  ...tokenFindings('http'),
  ...tokenFindings('socket'),
  'http-refuses-token-with-5xx': 'HTTP answers a bad token with a 5xx instead of a 401.',
  'room-of-nothing-opens': 'A user can enter the room of a meeting that does not exist.',
  'room-opens-for-strangers': 'A user who is not in the meeting can enter its room.',
  'reconnect-answers-strangers': 'Reconnect returns the state of a meeting to a user who was never in it.',
  'reconnect-to-ended-meeting': 'Reconnect leads back into a meeting that has ended.',
  'control-by-anyone': 'A user who is not a host can control the meeting.',
  'hand-of-others': 'A user can raise the hand of another user.',
  'leave-of-others': 'A user can leave in the name of another user.',
  'stranger-raises-hand': 'A user who is not in the meeting raises a hand, and the room gets the event.',
  'network-report-by-stranger': 'A network report is accepted from a user who is not in the meeting.',
  'malformed-json-is-500': 'A body that is not JSON, or is empty, is answered with a 5xx.',
  'malformed-json-accepted': 'A body that is not a JSON object creates a meeting.',
  'wrong-content-type-is-500': 'A body of a wrong content type is answered with a 5xx.',
  'wrong-types-are-500': 'A value of a wrong type or out of range is answered with a 5xx.',
  'out-of-range-accepted': 'A value outside the limits of the contract is accepted.',
  'unknown-action-accepted': 'A control action that does not exist is answered with success.',
  'long-text-is-500': 'A text that is too long is answered with a 5xx.',
  'long-text-accepted': 'A text that is longer than the contract allows is accepted.',
  'wrong-ids-are-500': 'An id without a meeting is answered with a 5xx.',
  'unknown-meeting-found': 'A meeting that does not exist is answered with success.',
  'bad-pages-are-500': 'A wrong page of the list is answered with a 5xx.',
  'text-is-500': 'SQL, HTML or an unusual character in a text is answered with a 5xx.',
  'sql-in-filter-finds-meetings': 'SQL in a filter finds meetings of others.',
  'html-echoed': 'An HTML page repeats sent HTML, which a browser would run.',
  'raw-database-text': 'An answer contains raw text of the database.',
  'stack-in-answer': 'An answer contains a stack or the path of a source file.',
  'refusal-without-code': 'A refusal has no code.',
  'bad-input-without-answer': 'Bad input gets no answer.',
  'bad-input-crashes-the-service': 'The service does not answer any more after bad input over HTTP.',
  'empty-payload-crashes-the-service': 'A message without content over a socket ends the service.',
  'wrong-payload-crashes-the-service': 'A wrong message over a socket ends the service.',
  'full-meeting-admits-more': 'A full meeting admits one more participant.',
  'host-locked-out': 'The host cannot enter their own full meeting.',
  'participant-locked-out': 'A participant cannot enter the full meeting that they are in.',
  'user-has-several-rows': 'A user who joins twice is in the roster twice.',
  'health-hides-a-database-that-is-down': '/health reports ok while the database is down.',
  'personal-data-in-public-caches': 'Shared caches may keep personal data.',
  'foreign-origin-with-credentials':
    'Pages of every origin may read answers with the credentials of their visitors (CORS).',
  'rate-limit-shared-by-users': 'A user gets a 429 for the calls of another user.',
} as const;

const worthKnowing = {
  'http-refuses-token-without-401': 'HTTP refuses a bad token with another status than 401.',
  'stranger-hand-acknowledged':
    'A raised hand of a user who is not in the meeting is answered with success, without effect.',
  'wrong-content-type-accepted': 'A body of a wrong content type creates a meeting.',
  'wrong-types-accepted': 'A value of a wrong type is accepted.',
  'bad-network-report-accepted': 'A network report with impossible values is accepted.',
  'bad-pages-accepted': 'A page of the list that does not exist is answered with success.',
  'text-is-changed': 'A stored text differs from the text that was sent.',
  'idle-connections-close-early': 'The service closes idle connections early.',
  'connections-not-kept': 'The service closes each connection after one answer.',
  'personal-data-without-cache-control':
    'Answers with personal data have no cache-control, so a browser may keep them.',
  'server-banner': 'The service reveals the software that it runs on.',
  'foreign-origin-allowed': 'Pages of foreign origins may read answers (CORS).',
  'rate-limit-without-retry-after': 'A 429 has no Retry-After header.',
  'rate-limit-without-headers': 'A 429 has no X-RateLimit headers.',
} as const;

export type FindingName = keyof typeof defects | keyof typeof worthKnowing;

/** The sentence of each possible finding. docs/conduct.md lists them all. */
export const catalogue: Readonly<Record<FindingName, string>> = { ...defects, ...worthKnowing };

export function severityOf(name: FindingName): Severity {
  return name in worthKnowing ? 'worth knowing' : 'defect';
}
