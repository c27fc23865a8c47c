import { once } from 'node:events';
import { expect, test } from '@playwright/test';
import { UserError } from '../../../src/kernel/errors.ts';
import { causeOfError, outcomeOfError } from '../../../src/request-context/failure.ts';
import { openRequestContext, type RequestContextKind } from '../../../src/request-context/open.ts';
import type { RequestContext, RequestContextOptions } from '../../../src/request-context/request-context.ts';
import { deadPort, type EchoService, type Seen, startEchoService } from './echo-service.ts';

const kinds: readonly RequestContextKind[] = ['wire', 'playwright'];

for (const kind of kinds) {
  test.describe(`What does the ${kind} request context promise?`, () => {
    let service: EchoService;
    let context: RequestContext;

    const open = (options: Partial<RequestContextOptions> = {}) =>
      openRequestContext(kind, { baseURL: service.baseURL, timeoutMs: 10_000, ...options });
    const echo = async (...call: Parameters<RequestContext['fetch']>): Promise<Seen> =>
      (await context.fetch(...call)).json();
    const failure = async (call: Promise<unknown>): Promise<Error> => {
      const error = await call.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(Error);
      return error as Error;
    };

    test.beforeEach(async () => {
      service = await startEchoService();
      context = await open();
    });
    test.afterEach(async () => {
      await context.dispose();
      await service.close();
    });

    test.describe('sends', () => {
      for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
        test(`${method} as ${method.toUpperCase()}`, async () => {
          expect((await (await context[method]('/echo')).json()).method).toBe(method.toUpperCase());
        });
      }

      test('fetch with the method that is named, in any case, and GET without one', async () => {
        expect((await echo('/echo', { method: 'patch' })).method).toBe('PATCH');
        expect((await echo('/echo')).method).toBe('GET');
      });

      test('an object as JSON, with the length of its bytes', async () => {
        const seen = await echo('/echo', { method: 'POST', data: { title: 'Übung' } });
        expect(seen.body).toBe('{"title":"Übung"}');
        expect(seen.headers['content-type']).toBe('application/json');
        expect(seen.headers['content-length']).toBe('18');
      });

      test('a text as it is, as JSON where the call says so', async () => {
        const plain = await echo('/echo', { method: 'POST', data: 'hello' });
        expect([plain.body, plain.headers['content-type']]).toEqual(['hello', 'application/octet-stream']);
        const headers = { 'Content-Type': 'application/json' };
        expect((await echo('/echo', { method: 'POST', data: '{"a":1}', headers })).body).toBe('{"a":1}');
        expect((await echo('/echo', { method: 'POST', data: 'no JSON', headers })).body).toBe('"no JSON"');
      });

      test('bytes, a number and null', async () => {
        const bytes = await echo('/echo', { method: 'PUT', data: Buffer.from('bytes') });
        expect([bytes.body, bytes.headers['content-type']]).toEqual(['bytes', 'application/octet-stream']);
        expect((await echo('/echo', { method: 'PUT', data: 7 })).body).toBe('7');
        expect((await echo('/echo', { method: 'PUT', data: null })).body).toBe('null');
      });

      test('a form, from an object and from FormData', async () => {
        const seen = await echo('/echo', {
          method: 'POST',
          form: { name: 'Åsa & co', muted: true, seat: 7 },
        });
        expect(seen.body).toBe('name=%C3%85sa+%26+co&muted=true&seat=7');
        expect(seen.headers['content-type']).toBe('application/x-www-form-urlencoded');
        const form = new FormData();
        form.append('name', 'a');
        form.append('name', 'b');
        expect((await echo('/echo', { method: 'POST', form })).body).toBe('name=a&name=b');
      });

      test('not both data and form', async () => {
        const error = await failure(context.post('/echo', { data: {}, form: { a: 1 } }));
        expect(error.message).toContain('Give only one of data, form');
        expect(service.calls).toEqual([]);
      });

      const queries = [
        { url: '/echo?a=1', params: { b: 'x y', c: 2 }, sent: '/echo?a=1&b=x+y&c=2' },
        { url: '/echo', params: new URLSearchParams('b=1&b=2'), sent: '/echo?b=1&b=2' },
        { url: '/echo?a=1', params: '?b=%20', sent: '/echo?a=1&b=%20' },
        { url: '/echo', params: '', sent: '/echo' },
      ];
      for (const { url, params, sent } of queries) {
        test(`${url} with ${String(params)} (${params.constructor.name}) as ${sent}`, async () => {
          expect((await echo(url, { params })).url).toBe(sent);
        });
      }

      const addresses = [
        ['/echo', '/v1', '/v1/echo'],
        ['/echo', '/v1/', '/v1/echo'],
        ['/', '/v1', '/v1/'],
        ['/echo?q=a b', '/v1', '/v1/echo?q=a%20b'],
        ['echo', '/v1/', '/v1/echo'],
        ['echo', '/v1', '/v1/echo'],
        ['../echo', '/v1/x/', '/v1/echo'],
        ['/a/../echo', '/', '/echo'],
        ['/echo?q=a b', '/', '/echo?q=a%20b'],
        ['/echo/ü', '/', '/echo/%C3%BC'],
        ['/echo#part', '/', '/echo'],
        ['', '/echo', '/echo/'],
      ] as const;
      for (const [url, base, sent] of addresses) {
        test(`"${url}" under a base of ${base} as ${sent}`, async () => {
          await context.dispose();
          context = await open({ baseURL: service.baseURL + base });
          const response = await context.get(url);
          expect(service.calls).toEqual([`GET ${sent}`]);
          expect(response.url()).toBe(service.baseURL + sent);
        });
      }

      test('an absolute URL of the service', async () => {
        expect((await echo(`${service.baseURL}/echo?x`)).url).toBe('/echo?x');
      });

      test('the headers of the context, those of the call winning without regard to case', async () => {
        await context.dispose();
        context = await open({ extraHTTPHeaders: { Authorization: 'Bearer context', 'X-Seed': '7' } });
        expect((await echo('/echo')).headers).toMatchObject({
          authorization: 'Bearer context',
          'x-seed': '7',
        });
        const own = await echo('/echo', { headers: { authorization: 'Bearer own', 'x-own': 'yes' } });
        expect(own.headers).toMatchObject({ authorization: 'Bearer own', 'x-seed': '7', 'x-own': 'yes' });
        expect((await echo('/echo')).headers).not.toHaveProperty('x-own');
      });

      test('a large body', async () => {
        const response = await context.post('/count', { data: 'x'.repeat(3_000_000) });
        expect(await response.json()).toEqual({ length: 3_000_000 });
      });

      test('cookies that the service set, to the paths they are for, until it takes them back', async () => {
        const set = (cookie: string) => context.get('/sign-in', { params: { cookie } });
        await set('session=one; Path=/; HttpOnly');
        await set('narrow=1; Path=/elsewhere');
        await set('foreign=1; Path=/; Domain=example.org');
        expect((await echo('/echo')).headers.cookie).toBe('session=one');
        await set('session=two; Path=/; Max-Age=60');
        expect((await echo('/echo')).headers.cookie).toBe('session=two');
        expect((await echo('/echo', { headers: { cookie: 'mine=1' } })).headers.cookie).toBe('mine=1');
        await set('session=; Path=/; Max-Age=0');
        expect((await echo('/echo')).headers.cookie).toBeUndefined();
      });
    });

    test.describe('answers', () => {
      test('with status, URL and text', async () => {
        const response = await context.get('/status?code=201');
        expect([response.status(), response.statusText(), response.ok()]).toEqual([201, 'Created', true]);
        expect(response.url()).toBe(`${service.baseURL}/status?code=201`);
        expect(await response.text()).toBe('said by the service');
        expect((await response.body()).toString()).toBe('said by the service');
      });

      for (const code of [404, 429, 503]) {
        test(`${code} without throwing`, async () => {
          const response = await context.get('/status', { params: { code } });
          expect([response.status(), response.ok()]).toEqual([code, false]);
        });
      }

      test('an error for a status of 400 and above where failOnStatusCode is set', async () => {
        await context.dispose();
        context = await open({ extraHTTPHeaders: { authorization: 'Bearer secret' } });
        const error = await failure(context.get('/status?code=404&token=hidden', { failOnStatusCode: true }));
        expect(error.message).toBe('GET /status: 404 Not Found');
        expect([outcomeOfError(error), causeOfError(error)]).toEqual(['http 404', 'HTTP 404']);
        const limited = await failure(context.get('/status?code=429', { failOnStatusCode: true }));
        expect(outcomeOfError(limited)).toBe('rate limited');
        expect((await context.get('/status?code=204', { failOnStatusCode: true })).status()).toBe(204);
      });

      test('with headers, by name and in order', async () => {
        const response = await context.get('/headers');
        expect(response.headers()).toMatchObject({
          'x-room': 'blue',
          'x-two': '1, 2',
          'set-cookie': 'a=1\nb=2',
        });
        const sent = response.headersArray().filter(({ name }) => /room|cookie/i.test(name));
        expect(sent).toEqual([
          { name: 'X-Room', value: 'blue' },
          { name: 'Set-Cookie', value: 'a=1' },
          { name: 'Set-Cookie', value: 'b=2' },
        ]);
      });

      test('HEAD without a body, the next call too', async () => {
        const response = await context.head('/large');
        expect([response.status(), (await response.body()).length]).toEqual([200, 0]);
        expect(response.headers()['content-length']).toBe(String(5 * 1024 * 1024));
        expect((await context.get('/echo')).ok()).toBe(true);
      });

      test('204 without a body', async () => {
        const response = await context.delete('/empty');
        expect([response.status(), await response.text()]).toEqual([204, '']);
        await expect(response.json()).rejects.toThrow(SyntaxError);
      });

      test('a large body and one in chunks', async () => {
        const large = await (await context.get('/large')).body();
        expect(large.length).toBe(5 * 1024 * 1024);
        expect(large.subarray(-9).toString()).toMatch(/meet|ings/);
        expect(await (await context.get('/chunked')).text()).toBe('one two three');
      });

      test('a compressed body unpacked', async () => {
        expect(await (await context.get('/gzip')).json()).toEqual({ packed: true });
      });

      test('HTML where JSON was expected: json() throws and is an invalid answer', async () => {
        const response = await context.get('/html');
        const error = await failure(response.json());
        expect([outcomeOfError(error), causeOfError(error)]).toEqual(['invalid', 'answer is not JSON']);
        expect(await response.text()).toContain('sorry');
      });

      test('no body any more after dispose()', async () => {
        const response = await context.get('/echo');
        await response.dispose();
        await expect(response.body()).rejects.toThrow('Response has been disposed');
        await expect(response.text()).rejects.toThrow('Response has been disposed');
        expect(response.status()).toBe(200);
      });

      test('with the address of the server and the instants of the call', async () => {
        const response = await context.get('/echo');
        expect(await response.serverAddr()).toEqual({ ipAddress: '127.0.0.1', port: service.port });
        expect(await response.securityDetails()).toBeNull();
        const { startTime, requestStart, responseStart, responseEnd } = response.timing();
        expect(Math.abs(startTime - Date.now())).toBeLessThan(60_000);
        expect(requestStart).toBeGreaterThanOrEqual(0);
        expect(responseStart).toBeGreaterThanOrEqual(requestStart);
        expect(responseEnd).toBeGreaterThanOrEqual(responseStart);
      });
    });

    test.describe('follows redirects', () => {
      const rules = [
        { code: 301, method: 'POST', next: 'GET' },
        { code: 302, method: 'POST', next: 'GET' },
        { code: 302, method: 'PUT', next: 'PUT' },
        { code: 303, method: 'PUT', next: 'GET' },
        { code: 303, method: 'HEAD', next: 'HEAD' },
        { code: 307, method: 'POST', next: 'POST' },
        { code: 308, method: 'PATCH', next: 'PATCH' },
      ];
      for (const { code, method, next } of rules) {
        test(`${code} after ${method} with ${next}`, async () => {
          const data = method === 'HEAD' ? undefined : { a: 1 };
          const response = await context.fetch(`/redirect?code=${code}&to=/echo`, { method, data });
          expect(service.calls[1]).toBe(`${next} /echo`);
          expect(response.url()).toBe(`${service.baseURL}/echo`);
          if (next === 'HEAD') return;
          const seen: Seen = await response.json();
          expect(seen.body).toBe(next === 'GET' ? '' : '{"a":1}');
          expect(seen.headers['content-type']).toBe(next === 'GET' ? undefined : 'application/json');
        });
      }

      test('relative to the address that redirects, with the headers of the call', async () => {
        const response = await context.get('/redirect?to=echo%3Fx', { headers: { 'x-own': 'yes' } });
        const seen: Seen = await response.json();
        expect([seen.url, seen.headers['x-own']]).toEqual(['/echo?x', 'yes']);
      });

      test('not with maxRedirects 0', async () => {
        const response = await context.get('/redirect?to=/echo', { maxRedirects: 0 });
        expect([response.status(), response.headers().location]).toEqual([302, '/echo']);
        expect(service.calls).toHaveLength(1);
      });

      test('not for ever: 20 times, or as often as the call allows', async () => {
        const error = await failure(context.get('/loop'));
        expect(error.message).toBe('GET /loop: more than 20 redirects');
        expect(service.calls).toHaveLength(21);
        await failure(context.get('/loop', { maxRedirects: 2 }));
        expect(service.calls).toHaveLength(24);
      });

      test('not to another origin: only the service may be loaded', async () => {
        const other = await startEchoService();
        const error = await failure(context.get(`/redirect?to=${other.baseURL}/echo`));
        expect(error.message).toContain(`redirects from ${service.baseURL} to ${other.baseURL}`);
        expect(other.calls).toEqual([]);
        expect((await context.get('/echo')).ok()).toBe(true);
        await other.close();
      });

      test('a redirect without a target is an answer', async () => {
        expect((await context.get('/status?code=302')).status()).toBe(302);
      });
    });

    test.describe('refuses', () => {
      for (const url of [
        'http://127.0.0.2:1/echo',
        '//example.org/echo',
        'https://example.org',
        'http://[',
      ]) {
        test(`${url}, which is not the service`, async () => {
          const error = await failure(context.get(url));
          expect(error).toBeInstanceOf(UserError);
          expect(error.message).toContain(service.baseURL);
          expect(service.calls).toEqual([]);
        });
      }

      for (const baseURL of ['', 'service', 'ftp://127.0.0.1', 'http://user:secret@127.0.0.1']) {
        test(`"${baseURL}" as the baseURL`, async () => {
          const error = await failure(open({ baseURL }));
          expect(error).toBeInstanceOf(UserError);
          expect(error.message).toContain('baseURL');
          expect(error.message).not.toContain('secret');
        });
      }
    });

    test.describe('fails', () => {
      const secret = { extraHTTPHeaders: { authorization: 'Bearer secret-of-the-participant' } };
      const failures = [
        { path: '/silent', outcome: 'timeout', cause: 'no answer in time' },
        { path: '/half', outcome: 'timeout', cause: 'no answer in time' },
        { path: '/reset', outcome: 'reset', cause: 'connection reset' },
        {
          path: '/close',
          outcome: 'reset',
          cause: /^connection (reset|closed before the answer was complete)$/,
        },
        {
          path: '/reset-in-body',
          outcome: 'reset',
          cause: /^connection (reset|closed before the answer was complete)$/,
        },
        {
          path: '/close-in-body',
          outcome: 'reset',
          cause: /^connection (reset|closed before the answer was complete)$/,
        },
        { path: '/not-http', outcome: 'invalid', cause: 'answer is not HTTP' },
      ];
      for (const { path, outcome, cause } of failures) {
        test(`${path}: ${outcome}, and the next call succeeds`, async () => {
          await context.dispose();
          context = await open(secret);
          const timeout = outcome === 'timeout' ? 50 : undefined;
          const error = await failure(context.get(`${path}?token=hidden`, { timeout }));
          expect(outcomeOfError(error)).toBe(outcome);
          expect(causeOfError(error)).toMatch(cause);
          expect(error.message).toContain(`GET ${path}: `);
          expect(`${error.stack} ${JSON.stringify(error)} ${error.cause}`).not.toMatch(/secret|hidden/);
          expect(error).toHaveProperty('code', expect.any(String));
          expect((await context.get('/echo')).ok()).toBe(true);
        });
      }

      test('with the timeout of the context where the call has none', async () => {
        await context.dispose();
        context = await open({ timeoutMs: 30 });
        const error = await failure(context.get('/silent'));
        expect(error.message).toBe('GET /silent: no answer within 30 ms');
      });

      test('refused where nothing listens', async () => {
        const port = await deadPort();
        for (const host of ['127.0.0.1', 'localhost']) {
          await context.dispose();
          context = await open({ baseURL: `http://${host}:${port}` });
          const error = await failure(context.get('/echo'));
          expect([outcomeOfError(error), causeOfError(error)]).toEqual(['refused', 'connection refused']);
          expect(error).toHaveProperty('code', 'ECONNREFUSED');
        }
      });

      test('refused while the service is away, and succeeds when it is back', async () => {
        const port = service.port;
        expect((await context.get('/echo')).ok()).toBe(true);
        await service.close();
        expect(outcomeOfError(await failure(context.get('/echo')))).toMatch(/refused|reset/);
        expect(outcomeOfError(await failure(context.get('/echo')))).toBe('refused');
        service = await startEchoService(port);
        expect((await context.get('/echo')).ok()).toBe(true);
      });

      test('not at all when the service closed the idle connection between two calls', async () => {
        await context.get('/echo');
        const [connection] = service.connections;
        connection?.end();
        await once(connection!, 'close');
        expect((await context.get('/echo')).ok()).toBe(true);
        expect((await context.post('/echo', { data: {} })).ok()).toBe(true);
        expect(service.connections).toHaveLength(2);
      });

      test('aborted when the context is disposed, calls after that too', async () => {
        const arrived = service.arrived('/silent');
        const inFlight = failure(context.get('/silent'));
        await arrived;
        await context.dispose();
        const error = await inFlight;
        expect([outcomeOfError(error), causeOfError(error)]).toEqual(['aborted', 'ended by the harness']);
        expect(error.message).toContain('GET /silent: ');
        expect(outcomeOfError(await failure(context.get('/echo')))).toBe('aborted');
        await context.dispose();
      });

      test('aborted by the signal of the call, before and during it', async () => {
        const stop = new AbortController();
        const arrived = service.arrived('/silent');
        const inFlight = failure(context.get('/silent', { signal: stop.signal }));
        await arrived;
        stop.abort();
        expect(outcomeOfError(await inFlight)).toBe('aborted');
        const late = failure(context.get('/echo', { signal: stop.signal }));
        expect(outcomeOfError(await late)).toBe('aborted');
        expect(service.calls).toEqual(['GET /silent']);
        expect((await context.get('/echo')).ok()).toBe(true);
      });
    });

    test('waits for ever with a timeout of 0', async () => {
      await context.dispose();
      context = await open({ timeoutMs: 20 });
      const patient = failure(context.get('/silent', { timeout: 0 }));
      const other = await open({ timeoutMs: 40 });
      expect(outcomeOfError(await failure(other.get('/silent')))).toBe('timeout');
      await other.dispose();
      await context.dispose();
      expect(outcomeOfError(await patient)).toBe('aborted');
    });

    test('answers many calls at once, each with its own', async () => {
      const urls = Array.from({ length: 50 }, (_, index) => `/echo?${index}`);
      const seen = await Promise.all(urls.map((url) => echo(url)));
      expect(seen.map(({ url }) => url)).toEqual(urls);
    });
  });
}
