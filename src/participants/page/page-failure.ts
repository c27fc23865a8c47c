import type { Outcome } from '../../timings/outcome.ts';

/** The outcomes of Chromium's network errors, by patterns of their names. */
const networkErrors: readonly (readonly [RegExp, Outcome])[] = [
  [/ERR_(CONNECTION_)?TIMED_OUT/, 'timeout'],
  [/ERR_(CONNECTION_REFUSED|ADDRESS_UNREACHABLE|NAME_NOT_RESOLVED|INTERNET_DISCONNECTED)/, 'refused'],
  [/ERR_(CERT|SSL)_/, 'refused'],
  [/ERR_(CONNECTION_(RESET|CLOSED|ABORTED)|EMPTY_RESPONSE|NETWORK_CHANGED|SOCKET_NOT_CONNECTED)/, 'reset'],
  [/ERR_(INVALID_HTTP_RESPONSE|CONTENT_LENGTH_MISMATCH|INCOMPLETE_CHUNKED_ENCODING)/, 'invalid'],
  // Chromium found no port, descriptor or memory on this machine.
  [/ERR_(INSUFFICIENT_RESOURCES|NO_BUFFER_SPACE|OUT_OF_MEMORY|ADDRESS_IN_USE)/, 'generator limit'],
  [/ERR_ABORTED/, 'aborted'],
];

/** The outcome of a call that failed in the browser: `net::ERR_CONNECTION_REFUSED`. */
export function outcomeOfNetworkError(text: string): Outcome {
  return networkErrors.find(([pattern]) => pattern.test(text))?.[1] ?? 'error';
}

/** The outcome of a failed command to a page. `isOurs`: the harness has closed the page. */
export function outcomeOfPageError(error: unknown, isOurs: boolean): Outcome {
  const { name, message } = error as Error;
  if (/crashed/i.test(message)) return 'page crashed';
  if (/has been closed|browser has disconnected|Target closed/i.test(message))
    return isOurs ? 'aborted' : 'page crashed';
  if (name === 'TimeoutError') return 'timeout';
  return outcomeOfNetworkError(message);
}

/** One line for a table of causes, without the call log that Playwright appends. */
export function causeOfPageError(error: unknown): string {
  const [first = ''] = (error as Error).message.split('\n');
  const network = /net::(ERR_\w+)/.exec(first)?.[1];
  if (network !== undefined) return network;
  return first
    .replace(/^\w+\.\w+: /, '')
    .replace(/\d+/g, 'N')
    .slice(0, 80);
}
