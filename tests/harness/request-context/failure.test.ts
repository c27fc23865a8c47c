import { expect, test } from '@playwright/test';
import { UserError } from '../../../src/kernel/errors.ts';
import { causeOfError, outcomeOfError, shownCauseOfError } from '../../../src/request-context/failure.ts';
import { RequestError } from '../../../src/request-context/request-error.ts';

const coded = (code: string, message = 'words') => Object.assign(new Error(message), { code });
const caused = (cause: unknown) => new TypeError('fetch failed', { cause });

test.describe('Which outcome is an error?', () => {
  const outcomes: readonly (readonly [string, unknown, string])[] = [
    ['no listener', coded('ECONNREFUSED'), 'refused'],
    [
      'no listener on both addresses of localhost',
      new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]),
      'refused',
    ],
    ['no route', coded('EHOSTUNREACH'), 'refused'],
    ['no such name', coded('ENOTFOUND'), 'refused'],
    ['RST', coded('ECONNRESET'), 'reset'],
    ['write after close', coded('EPIPE'), 'reset'],
    ['undici: closed by the other side', coded('UND_ERR_SOCKET'), 'reset'],
    ['undici: connect timeout', coded('UND_ERR_CONNECT_TIMEOUT'), 'timeout'],
    ['undici: headers timeout', coded('UND_ERR_HEADERS_TIMEOUT'), 'timeout'],
    ['undici: body timeout', coded('UND_ERR_BODY_TIMEOUT'), 'timeout'],
    ['kernel: connect timeout', coded('ETIMEDOUT'), 'timeout'],
    ['our own timeout', coded('REQUEST_TIMEOUT'), 'timeout'],
    ['our own end', coded('REQUEST_ABORTED'), 'aborted'],
    ['AbortSignal.abort()', AbortSignal.abort().reason, 'aborted'],
    ['AbortSignal.timeout()', new DOMException('too late', 'TimeoutError'), 'timeout'],
    ['undici: destroyed', coded('UND_ERR_DESTROYED'), 'aborted'],
    ['HTTP parser', coded('HPE_INVALID_CONSTANT'), 'invalid'],
    ['not JSON', new SyntaxError('Unexpected token <'), 'invalid'],
    ['fetch around a refused connection', caused(coded('ECONNREFUSED')), 'refused'],
    ['fetch around both addresses', caused(new AggregateError([coded('ETIMEDOUT')])), 'timeout'],
    [
      'Playwright: refused',
      new Error('apiRequestContext.get: connect ECONNREFUSED ::1:3000\nCall log:'),
      'refused',
    ],
    ['Playwright: reset', new Error('apiRequestContext.post: read ECONNRESET'), 'reset'],
    ['Playwright: closed', new Error('apiRequestContext.get: socket hang up'), 'reset'],
    ['Playwright: closed in the body', new Error('apiRequestContext.get: aborted'), 'reset'],
    ['Playwright: timeout', new Error('apiRequestContext.get: Timeout 500ms exceeded.'), 'timeout'],
    ['Playwright: disposed', new Error('apiRequestContext.get: Request context disposed.'), 'aborted'],
    [
      'Playwright: closed page',
      new Error('page.goto: Target page, context or browser has been closed'),
      'aborted',
    ],
    ['Playwright: status', new Error('apiRequestContext.get: 503 Service Unavailable'), 'http 503'],
    ['Playwright: status 429', new Error('apiRequestContext.get: 429 Too Many Requests'), 'rate limited'],
    [
      'a status of ours',
      new RequestError({ method: 'GET', path: '/', code: undefined, reason: 'no', status: 404 }),
      'http 404',
    ],
    ['out of descriptors', coded('EMFILE'), 'generator limit'],
    ['out of descriptors, in the whole system', coded('ENFILE'), 'generator limit'],
    ['out of ports', caused(coded('EADDRNOTAVAIL')), 'generator limit'],
    ['out of ports of a source address', coded('EADDRINUSE'), 'generator limit'],
    ['out of memory', coded('ENOMEM'), 'generator limit'],
    ['out of buffers', coded('ENOBUFS'), 'generator limit'],
    [
      'Playwright: out of ports',
      new Error('apiRequestContext.get: connect EADDRNOTAVAIL 127.0.0.1:3000'),
      'generator limit',
    ],
    // A service that tells of a limit of its own is no limit of ours.
    ['words of the service', new Error('connect EADDRNOTAVAIL 10.0.0.1:6379'), 'error'],
    ['a login that was refused', new UserError('identity.login: POST /login: 500 EMFILE'), 'error'],
    ['an unknown code', coded('E_SOMETHING'), 'error'],
    ['words about a timeout that is none', new Error('the timeout setting is wrong'), 'error'],
    ['words that only look like a code', new Error('EVERYTHING failed'), 'error'],
    ['wrong settings', new UserError('give a URL'), 'error'],
    ['a text', 'broken', 'error'],
    ['nothing', undefined, 'error'],
    ['null', null, 'error'],
  ];
  for (const [name, error, outcome] of outcomes) {
    test(`${name} is ${outcome}`, () => {
      expect(outcomeOfError(error)).toBe(outcome);
    });
  }

  test('a chain that bites its tail ends', () => {
    const error = new Error('one');
    error.cause = new Error('two', { cause: error });
    expect(outcomeOfError(error)).toBe('error');
    expect(causeOfError(error)).toBe('two');
  });

  test('wrapping keeps the outcome and the cause', () => {
    for (const [, error] of outcomes) {
      const wrapped = RequestError.from('GET', '/meetings', error);
      expect(outcomeOfError(wrapped)).toBe(outcomeOfError(error));
      expect(causeOfError(wrapped)).toBe(causeOfError(error));
    }
  });
});

test.describe('Which failures are one row of the error table?', () => {
  const causes: readonly (readonly [string, unknown, string])[] = [
    [
      'a code has one text',
      coded('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:40123'),
      'connection refused',
    ],
    [
      'both contexts say the same',
      new Error('apiRequestContext.get: connect ECONNREFUSED 127.0.0.1:1'),
      'connection refused',
    ],
    ['numbers', new Error('meeting 17 has 100 of 100 seats'), 'meeting N has N of N seats'],
    ['ids', new Error('no room 6f9619ff-8b86-d011-b42d-00cf4fc964ff'), 'no room <id>'],
    ['long ids', new Error('no room ckv8x2q3f0000abcd1234'), 'no room <id>'],
    ['addresses', new Error('lost 10.0.0.7:8443 and [::1]:3000'), 'lost <address> and <address>'],
    ['URLs', new Error('bad answer of https://example.org/a?token=x'), 'bad answer of <url>'],
    ['quoted values', new Error('unknown status "half open"'), 'unknown status …'],
    ['bearer tokens', new Error('refused authorization Bearer abc.def'), 'refused authorization Bearer …'],
    ['web tokens', new Error('token eyJhbGciOi.eyJzdWIiOiIx.c2ln expired'), 'token … expired'],
    ['the first line only', new Error('went wrong\n  authorization: Bearer x'), 'went wrong'],
    ['nothing to say', new Error(''), 'unknown'],
    ['nothing at all', undefined, 'unknown'],
  ];
  for (const [name, error, cause] of causes) {
    test(`${name}: ${cause}`, () => {
      expect(causeOfError(error)).toBe(cause);
    });
  }

  test('a long text is cut', () => {
    expect(causeOfError(new Error('word '.repeat(100)))).toHaveLength(120);
  });
});

test.describe('What is shown of one failure?', () => {
  const shown: readonly (readonly [string, unknown, string])[] = [
    [
      'a known failure has its text',
      coded('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1'),
      'connection refused',
    ],
    [
      'addresses stand',
      new Error('redirects from http://a:1 to http://b:2'),
      'redirects from http://a:1 to http://b:2',
    ],
    ['numbers stand', new Error('apiRequestContext.get: meeting 17 is full'), 'meeting 17 is full'],
    ['passwords and queries do not', new Error('bad http://u:p@a/b?token=x#y.'), 'bad http://a/b.'],
    ['tokens do not', new Error('token eyJhbGciOi.eyJzdWIiOiIx.c2ln expired'), 'token … expired'],
    ['nothing to say', new Error(''), 'unknown'],
  ];
  for (const [name, error, text] of shown)
    test(`${name}: ${text}`, () => {
      expect(shownCauseOfError(error)).toBe(text);
    });
});
