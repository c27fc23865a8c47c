import { withoutParts } from '../kernel/outside-text.ts';
import { generatorLimits, type Outcome, outcomeOfStatus } from '../timings/outcome.ts';

/** Codes of `RequestError` that do not exist in Node. */
export const TIMED_OUT = 'REQUEST_TIMEOUT';
export const ABORTED = 'REQUEST_ABORTED';
export const TOO_LARGE = 'ANSWER_TOO_LARGE';
export const TOO_MANY_REDIRECTS = 'TOO_MANY_REDIRECTS';
const NOT_HTTP = 'NOT_HTTP';
const NOT_JSON = 'NOT_JSON';

export interface Failure {
  readonly outcome: Outcome;
  readonly cause: string;
}

const NOT_TLS = 'NOT_TLS';

const unknownAuthority: Failure = {
  outcome: 'refused',
  cause: 'certificate of an unknown authority (add yours to SERVICE_CA)',
};

const TLS_FAILURES: Readonly<Record<string, Failure>> = {
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  CERT_SIGNATURE_FAILURE: unknownAuthority,
  CERT_HAS_EXPIRED: { outcome: 'refused', cause: 'certificate has expired' },
  CERT_NOT_YET_VALID: { outcome: 'refused', cause: 'certificate is not valid yet' },
  ERR_TLS_CERT_ALTNAME_INVALID: { outcome: 'refused', cause: 'certificate is for another name' },
  [NOT_TLS]: { outcome: 'refused', cause: 'TLS handshake failed' },
};

const noPort: Failure = { outcome: 'generator limit', cause: generatorLimits.port };
const noDescriptor: Failure = { outcome: 'generator limit', cause: generatorLimits.descriptor };
const noMemory: Failure = { outcome: 'generator limit', cause: generatorLimits.memory };

/** The codes of Node, of undici (which our connections also use), and of the harness. */
const byCode: Readonly<Record<string, Failure>> = {
  [TIMED_OUT]: { outcome: 'timeout', cause: 'no answer in time' },
  ETIMEDOUT: { outcome: 'timeout', cause: 'connection timed out' },
  UND_ERR_CONNECT_TIMEOUT: { outcome: 'timeout', cause: 'connection timed out' },
  UND_ERR_HEADERS_TIMEOUT: { outcome: 'timeout', cause: 'no answer in time' },
  UND_ERR_BODY_TIMEOUT: { outcome: 'timeout', cause: 'no answer in time' },

  ECONNREFUSED: { outcome: 'refused', cause: 'connection refused' },
  EHOSTUNREACH: { outcome: 'refused', cause: 'host unreachable' },
  EHOSTDOWN: { outcome: 'refused', cause: 'host unreachable' },
  ENETUNREACH: { outcome: 'refused', cause: 'network unreachable' },
  ENETDOWN: { outcome: 'refused', cause: 'network unreachable' },
  ENOTFOUND: { outcome: 'refused', cause: 'unknown host name' },
  EAI_AGAIN: { outcome: 'refused', cause: 'host name could not be looked up' },

  ...TLS_FAILURES,

  ECONNRESET: { outcome: 'reset', cause: 'connection reset' },
  ECONNABORTED: { outcome: 'reset', cause: 'connection reset' },
  EPIPE: { outcome: 'reset', cause: 'connection reset' },
  UND_ERR_SOCKET: { outcome: 'reset', cause: 'connection closed before the answer was complete' },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: {
    outcome: 'reset',
    cause: 'connection closed before the answer was complete',
  },

  [ABORTED]: { outcome: 'aborted', cause: 'ended by the harness' },
  ABORT_ERR: { outcome: 'aborted', cause: 'ended by the harness' },
  UND_ERR_ABORTED: { outcome: 'aborted', cause: 'ended by the harness' },
  UND_ERR_DESTROYED: { outcome: 'aborted', cause: 'ended by the harness' },
  UND_ERR_CLOSED: { outcome: 'aborted', cause: 'ended by the harness' },

  [NOT_HTTP]: { outcome: 'invalid', cause: 'answer is not HTTP' },
  [NOT_JSON]: { outcome: 'invalid', cause: 'answer is not JSON' },
  [TOO_LARGE]: { outcome: 'invalid', cause: 'answer over 10 MB' },
  [TOO_MANY_REDIRECTS]: { outcome: 'invalid', cause: 'too many redirects' },
  UND_ERR_HEADERS_OVERFLOW: { outcome: 'invalid', cause: 'answer with too many headers' },

  // Limits of the machine that generates the load; the service does not cause them.
  EMFILE: noDescriptor,
  ENFILE: noDescriptor,
  EADDRNOTAVAIL: noPort,
  // For connections that are bound to a source address.
  EADDRINUSE: noPort,
  ENOMEM: noMemory,
  ENOBUFS: noMemory,
};

/** The codes of errors that have only a text: errors of Playwright and of HTTP parsers. */
const byText: readonly (readonly [RegExp, string])[] = [
  [/\btimeout (of )?\d+ ?ms exceeded\b/i, TIMED_OUT],
  [/request context disposed|has been closed|test ended/i, ABORTED],
  [/socket hang up/i, 'ECONNRESET'],
  // The connection broke during the body. The message of an aborted call has more words.
  [/^(\w+\.\w+: )?aborted$/, 'UND_ERR_SOCKET'],
  // Messages of Node and OpenSSL about certificates.
  [
    /unable to (verify the first|get (local )?issuer) certificate|self[- ]signed certificate/,
    'SELF_SIGNED_CERT_IN_CHAIN',
  ],
  [/certificate has expired/, 'CERT_HAS_EXPIRED'],
  [/certificate is not yet valid/, 'CERT_NOT_YET_VALID'],
  [/does not match certificate's altnames/, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  [/before secure TLS connection was established/, 'ECONNRESET'],
  [/:SSL routines:/, NOT_TLS],
  [/\bParse Error\b|does not match the HTTP\/1\.1 protocol/, NOT_HTTP],
];

/** A message of Playwright begins with the call. */
const playwrightCall = /^\w+\.\w+: /;
const statusText = /^\w+\.\w+: (\d{3}) /;
const codeInText = /\b(?:E[A-Z]{3,}(?:_[A-Z]+)?|UND_ERR_[A-Z_]+)\b/;

/** Playwright's errors have no code: `apiRequestContext.get: connect EMFILE 127.0.0.1:3002`. */
const ofPlaywright = /^\w+\.\w+: (?:connect|bind|getaddrinfo) E/;

/** The outcome of a call that threw `error`. Accepts any value, and never throws. */
export function outcomeOfError(error: unknown): Outcome {
  return first(error, failureOf)?.outcome ?? 'error';
}

/**
 * A short text for a table of errors, which is the same for all failures of one kind: without addresses, numbers, ids or
 * secrets.
 */
export function causeOfError(error: unknown): string {
  return described(error, normalised);
}

/** A text for one failure, with its addresses, names and numbers. */
export function shownCauseOfError(error: unknown): string {
  return described(error, shown);
}

function described(error: unknown, words: (text: string) => string): string {
  return first(error, failureOf)?.cause ?? words(innermostMessage(error));
}

/** The code of the failure, also if the error has only a text. */
export function codeOfError(error: unknown): string | undefined {
  return first(error, codeOf);
}

/** The HTTP status that caused the error; undefined for other errors. */
export function statusOfError(error: unknown): number | undefined {
  return first(error, statusOf);
}

/** Whether a server accepted the connection, and then did not answer with HTTP. */
export function isAcceptedWithoutAnswer(error: unknown): boolean {
  return outcomeOfError(error) === 'reset' || withoutAnswer.has(codeOfError(error));
}

const withoutAnswer: ReadonlySet<string | undefined> = new Set([
  TIMED_OUT,
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  NOT_HTTP,
]);

/** The first line of the innermost message without secrets, for a message to people. */
export function reasonOfError(error: unknown): string {
  return withoutTokens(innermostMessage(error)).replace(playwrightCall, '');
}

function first<Found>(error: unknown, find: (one: unknown) => Found | undefined): Found | undefined {
  for (const one of chain(error)) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The innermost message is the most specific. */
function innermostMessage(error: unknown): string {
  return chain(error).map(messageOf).findLast(Boolean) ?? '';
}

/** The error, its causes and the parts of an AggregateError: for `localhost`, both ::1 and 127.0.0.1 may fail. */
function chain(error: unknown): unknown[] {
  const found: unknown[] = [error];
  for (let index = 0; index < found.length && found.length < 20; index++) {
    const one = found[index];
    if (typeof one !== 'object' || one === null) continue;
    if ('errors' in one && Array.isArray(one.errors)) found.push(...one.errors);
    if ('cause' in one && one.cause !== undefined && !found.includes(one.cause)) found.push(one.cause);
    // Polling of Engine.IO has the network error in the failed request.
    const hidden = (one as { context?: { statusText?: unknown } | null }).context?.statusText;
    if (hidden instanceof Error) found.push(hidden);
  }
  return found;
}

function failureOf(error: unknown): Failure | undefined {
  const status = statusOf(error);
  if (status !== undefined) return { outcome: outcomeOfStatus(status), cause: `HTTP ${status}` };
  const code = codeOf(error);
  return code === undefined ? undefined : byCode[code];
}

function statusOf(error: unknown): number | undefined {
  if (typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number') {
    return error.status;
  }
  const status = statusText.exec(messageOf(error))?.[1];
  return status === undefined ? undefined : Number(status);
}

function codeOf(error: unknown): string | undefined {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') {
    // All codes of the HTTP parser become one code, and all codes of OpenSSL become one code.
    if (error.code.startsWith('HPE_')) return NOT_HTTP;
    // The code of `ws` for a message above its size limit.
    if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return TOO_LARGE;
    return error.code.startsWith('ERR_SSL_') || error.code === 'EPROTO' ? NOT_TLS : error.code;
  }
  if (error instanceof SyntaxError) return NOT_JSON;
  const name = error instanceof Error ? error.name : '';
  if (name === 'TimeoutError') return TIMED_OUT;
  if (name === 'AbortError') return ABORTED;
  const text = messageOf(error);
  const named = codeInText.exec(text)?.[0] ?? '';
  const outcome = byCode[named]?.outcome;
  // A text with the code of a generator limit counts only from Playwright: a service may report its own limit.
  if (outcome !== undefined && (outcome !== 'generator limit' || ofPlaywright.test(text))) return named;
  return byText.find(([words]) => words.test(text))?.[1];
}

/** Only the first line: Playwright appends its log, which contains all headers of the call. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : typeof error === 'string' ? error : '';
  return message.split('\n', 1)[0]!;
}

type Replacements = readonly (readonly [RegExp, string])[];

const secrets: Replacements = [
  [/\b(bearer|basic) +\S+/gi, '$1 …'],
  // JSON web tokens.
  [/\beyJ[\w-]*(?:\.[\w-]+)*/g, '…'],
];

const varying: Replacements = [
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, '<id>'],
  [/\b(https?|wss?):\/\/[^\s"')]+/gi, '<url>'],
  [/(["'`])(?:(?!\1).)*\1/g, '…'],
  [/(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?|\[?(?:[0-9a-f]{0,4}:){2,}[0-9a-f]{0,4}\]?(?::\d+)?/gi, '<address>'],
  [/\blocalhost:\d+/g, '<address>'],
  // A word of 16 characters or more with a digit is an id or a token.
  [/\b(?=\w*\d)[\w-]{16,}/g, '<id>'],
  [/\d+/g, 'N'],
  [/\s+/g, ' '],
];

const LONGEST_CAUSE = 120;
/** Enough for a sentence with its remedy. */
const LONGEST_SHOWN = 400;

function normalised(text: string): string {
  return cut(replaced(withoutTokens(text), varying).trim(), LONGEST_CAUSE);
}

function shown(text: string): string {
  return cut(withoutTokens(withoutParts(text)).replace(playwrightCall, '').trim(), LONGEST_SHOWN);
}

function withoutTokens(text: string): string {
  return replaced(text, secrets);
}

function replaced(text: string, replacements: Replacements): string {
  return replacements.reduce((result, [pattern, by]) => result.replace(pattern, by), text);
}

function cut(text: string, longest: number): string {
  if (text === '') return 'unknown';
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
