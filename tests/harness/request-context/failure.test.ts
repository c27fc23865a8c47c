import { expect, test } from '@playwright/test';
import { UserError } from '../../../src/kernel/errors.ts';
import { causeOfError, outcomeOfError, shownCauseOfError } from '../../../src/request-context/failure.ts';
import { RequestError } from '../../../src/request-context/request-error.ts';

const coded = (code: string, message = 'words') => Object.assign(new Error(message), { code });
const caused = (cause: unknown) => new TypeError('fetch failed', { cause });

test.describe('Which outcome does an error have?', () => {
  const outcomes: readonly (readonly [string, unknown, string])[] = [
    ['a port without a listener', coded('ECONNREFUSED'), 'refused'],
    [
      'localhost without a listener on both addresses',
      new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]),
      'refused',
    ],
    ['a host without a route', coded('EHOSTUNREACH'), 'refused'],
    ['an unknown host name', coded('ENOTFOUND'), 'refused'],
    ['a TCP reset', coded('ECONNRESET'), 'reset'],
    ['a write after a close', coded('EPIPE'), 'reset'],
    ['a close that undici reports', coded('UND_ERR_SOCKET'), 'reset'],
    ['a connect timeout of undici', coded('UND_ERR_CONNECT_TIMEOUT'), 'timeout'],
    ['a headers timeout of undici', coded('UND_ERR_HEADERS_TIMEOUT'), 'timeout'],
    ['a body timeout of undici', coded('UND_ERR_BODY_TIMEOUT'), 'timeout'],
    ['a connect timeout of the kernel', coded('ETIMEDOUT'), 'timeout'],
    ['a timeout of the harness', coded('REQUEST_TIMEOUT'), 'timeout'],
    ['an abort by the harness', coded('REQUEST_ABORTED'), 'aborted'],
    ['AbortSignal.abort()', AbortSignal.abort().reason, 'aborted'],
    ['AbortSignal.timeout()', new DOMException('too late', 'TimeoutError'), 'timeout'],
    ['a destroyed undici client', coded('UND_ERR_DESTROYED'), 'aborted'],
    ['an error of the HTTP parser', coded('HPE_INVALID_CONSTANT'), 'invalid'],
    ['an answer that is not JSON', new SyntaxError('Unexpected token <'), 'invalid'],
    ['a fetch error with a refused connection as cause', caused(coded('ECONNREFUSED')), 'refused'],
    [
      'a fetch error with an AggregateError as cause',
      caused(new AggregateError([coded('ETIMEDOUT')])),
      'timeout',
    ],
    [
      'a refused connection in Playwright',
      new Error('apiRequestContext.get: connect ECONNREFUSED ::1:3000\nCall log:'),
      'refused',
    ],
    ['a reset in Playwright', new Error('apiRequestContext.post: read ECONNRESET'), 'reset'],
    ['a closed connection in Playwright', new Error('apiRequestContext.get: socket hang up'), 'reset'],
    [
      'a connection that closed within the body in Playwright',
      new Error('apiRequestContext.get: aborted'),
      'reset',
    ],
    ['a timeout in Playwright', new Error('apiRequestContext.get: Timeout 500ms exceeded.'), 'timeout'],
    [
      'a disposed context in Playwright',
      new Error('apiRequestContext.get: Request context disposed.'),
      'aborted',
    ],
    [
      'a closed page in Playwright',
      new Error('page.goto: Target page, context or browser has been closed'),
      'aborted',
    ],
    ['a status in Playwright', new Error('apiRequestContext.get: 503 Service Unavailable'), 'http 503'],
    ['a status 429 in Playwright', new Error('apiRequestContext.get: 429 Too Many Requests'), 'rate limited'],
    [
      'a RequestError with a status',
      new RequestError({ method: 'GET', path: '/', code: undefined, reason: 'no', status: 404 }),
      'http 404',
    ],
    ['a process without free descriptors', coded('EMFILE'), 'generator limit'],
    ['a system without free descriptors', coded('ENFILE'), 'generator limit'],
    ['a machine without free ports', caused(coded('EADDRNOTAVAIL')), 'generator limit'],
    ['a source address without free ports', coded('EADDRINUSE'), 'generator limit'],
    ['a machine without free memory', coded('ENOMEM'), 'generator limit'],
    ['a machine without free buffers', coded('ENOBUFS'), 'generator limit'],
    [
      'a machine without free ports in Playwright',
      new Error('apiRequestContext.get: connect EADDRNOTAVAIL 127.0.0.1:3000'),
      'generator limit',
    ],
    // A limit that the service reports about itself is not a limit of the generator.
    ['a text of the service that contains a code', new Error('connect EADDRNOTAVAIL 10.0.0.1:6379'), 'error'],
    ['a failed login', new UserError('identity.login: POST /login: 500 EMFILE'), 'error'],
    ['an unknown code', coded('E_SOMETHING'), 'error'],
    ['a text with the word timeout', new Error('the timeout setting is wrong'), 'error'],
    ['a text that looks like a code', new Error('EVERYTHING failed'), 'error'],
    ['a mistake in the settings', new UserError('give a URL'), 'error'],
    ['a thrown string', 'broken', 'error'],
    ['undefined', undefined, 'error'],
    ['null', null, 'error'],
  ];
  for (const [name, error, outcome] of outcomes) {
    test(`${name} has the outcome ${outcome}`, () => {
      expect(outcomeOfError(error)).toBe(outcome);
    });
  }

  test('a circular chain of causes has an outcome and a cause', () => {
    const error = new Error('one');
    error.cause = new Error('two', { cause: error });
    expect(outcomeOfError(error)).toBe('error');
    expect(causeOfError(error)).toBe('two');
  });

  test('a RequestError keeps the outcome and the cause of its error', () => {
    for (const [, error] of outcomes) {
      const wrapped = RequestError.from('GET', '/meetings', error);
      expect(outcomeOfError(wrapped)).toBe(outcomeOfError(error));
      expect(causeOfError(wrapped)).toBe(causeOfError(error));
    }
  });
});

test.describe('How does the error table group failures?', () => {
  const causes: readonly (readonly [string, unknown, string])[] = [
    ['a known code', coded('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:40123'), 'connection refused'],
    [
      'a known code in a message of Playwright',
      new Error('apiRequestContext.get: connect ECONNREFUSED 127.0.0.1:1'),
      'connection refused',
    ],
    ['numbers', new Error('meeting 17 has 100 of 100 seats'), 'meeting N has N of N seats'],
    ['a UUID', new Error('no room 6f9619ff-8b86-d011-b42d-00cf4fc964ff'), 'no room <id>'],
    ['a long id', new Error('no room ckv8x2q3f0000abcd1234'), 'no room <id>'],
    ['addresses', new Error('lost 10.0.0.7:8443 and [::1]:3000'), 'lost <address> and <address>'],
    ['a URL', new Error('bad answer of https://example.org/a?token=x'), 'bad answer of <url>'],
    ['a quoted value', new Error('unknown status "half open"'), 'unknown status …'],
    ['a bearer token', new Error('refused authorization Bearer abc.def'), 'refused authorization Bearer …'],
    ['a web token', new Error('token eyJhbGciOi.eyJzdWIiOiIx.c2ln expired'), 'token … expired'],
    ['two lines', new Error('went wrong\n  authorization: Bearer x'), 'went wrong'],
    ['an empty message', new Error(''), 'unknown'],
    ['a missing error', undefined, 'unknown'],
  ];
  for (const [name, error, cause] of causes) {
    test(`groups ${name} as "${cause}"`, () => {
      expect(causeOfError(error)).toBe(cause);
    });
  }

  test('cuts the cause to 120 characters', () => {
    expect(causeOfError(new Error('word '.repeat(100)))).toHaveLength(120);
  });
});

test.describe('Which text does the report show for one failure?', () => {
  const shown: readonly (readonly [string, unknown, string])[] = [
    ['a known code', coded('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1'), 'connection refused'],
    [
      'addresses',
      new Error('redirects from http://a:1 to http://b:2'),
      'redirects from http://a:1 to http://b:2',
    ],
    ['numbers', new Error('apiRequestContext.get: meeting 17 is full'), 'meeting 17 is full'],
    ['a URL with a password and a query', new Error('bad http://u:p@a/b?token=x#y.'), 'bad http://a/b.'],
    ['a token', new Error('token eyJhbGciOi.eyJzdWIiOiIx.c2ln expired'), 'token … expired'],
    ['an empty message', new Error(''), 'unknown'],
  ];
  for (const [name, error, text] of shown)
    test(`shows ${name} as "${text}"`, () => {
      expect(shownCauseOfError(error)).toBe(text);
    });
});
