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
        test(`sends ${method} as ${method.toUpperCase()}`, async () => {
          expect((await (await context[method]('/echo')).json()).method).toBe(method.toUpperCase());
        });
      }

      test('sends a fetch with its method in upper case, and with GET by default', async () => {
        expect((await echo('/echo', { method: 'patch' })).method).toBe('PATCH');
        expect((await echo('/echo')).method).toBe('GET');
      });

      test('sends an object as JSON with its length in bytes', async () => {
        const seen = await echo('/echo', { method: 'POST', data: { title: 'Übung' } });
        expect(seen.body).toBe('{"title":"Übung"}');
        expect(seen.headers['content-type']).toBe('application/json');
        expect(seen.headers['content-length']).toBe('18');
      });

      test('sends a text unchanged, or as JSON when the content type is JSON', async () => {
        const plain = await echo('/echo', { method: 'POST', data: 'hello' });
        expect([plain.body, plain.headers['content-type']]).toEqual(['hello', 'application/octet-stream']);
        const headers = { 'Content-Type': 'application/json' };
        expect((await echo('/echo', { method: 'POST', data: '{"a":1}', headers })).body).toBe('{"a":1}');
        expect((await echo('/echo', { method: 'POST', data: 'no JSON', headers })).body).toBe('"no JSON"');
      });

      test('sends bytes, a number and null as the body', async () => {
        const bytes = await echo('/echo', { method: 'PUT', data: Buffer.from('bytes') });
        expect([bytes.body, bytes.headers['content-type']]).toEqual(['bytes', 'application/octet-stream']);
        expect((await echo('/echo', { method: 'PUT', data: 7 })).body).toBe('7');
        expect((await echo('/echo', { method: 'PUT', data: null })).body).toBe('null');
      });

      test('sends a form from an object and from FormData', async () => {
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

      test('refuses a call with both data and form', async () => {
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
        test(`sends ${url} with ${params.constructor.name} "${String(params)}" as ${sent}`, async () => {
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
        test(`sends "${url}" under the base path ${base} as ${sent}`, async () => {
          await context.dispose();
          context = await open({ baseURL: service.baseURL + base });
          const response = await context.get(url);
          expect(service.calls).toEqual([`GET ${sent}`]);
          expect(response.url()).toBe(service.baseURL + sent);
        });
      }

      test('sends an absolute URL of the service', async () => {
        expect((await echo(`${service.baseURL}/echo?x`)).url).toBe('/echo?x');
      });

      test('sends the headers of the context, and headers of the call replace them in any case', async () => {
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

      test('sends a body of 3 MB', async () => {
        const response = await context.post('/count', { data: 'x'.repeat(3_000_000) });
        expect(await response.json()).toEqual({ length: 3_000_000 });
      });

      test('sends a cookie to its path until the service deletes it', async () => {
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

    test.describe('responses', () => {
      test('returns status, URL and text', async () => {
        const response = await context.get('/status?code=201');
        expect([response.status(), response.statusText(), response.ok()]).toEqual([201, 'Created', true]);
        expect(response.url()).toBe(`${service.baseURL}/status?code=201`);
        expect(await response.text()).toBe('said by the service');
        expect((await response.body()).toString()).toBe('said by the service');
      });

      for (const code of [404, 429, 503]) {
        test(`returns the status ${code} without throwing`, async () => {
          const response = await context.get('/status', { params: { code } });
          expect([response.status(), response.ok()]).toEqual([code, false]);
        });
      }

      test('throws for a status of 400 or more when failOnStatusCode is set', async () => {
        await context.dispose();
        context = await open({ extraHTTPHeaders: { authorization: 'Bearer secret' } });
        const error = await failure(context.get('/status?code=404&token=hidden', { failOnStatusCode: true }));
        expect(error.message).toBe('GET /status: 404 Not Found');
        expect([outcomeOfError(error), causeOfError(error)]).toEqual(['http 404', 'HTTP 404']);
        const limited = await failure(context.get('/status?code=429', { failOnStatusCode: true }));
        expect(outcomeOfError(limited)).toBe('rate limited');
        expect((await context.get('/status?code=204', { failOnStatusCode: true })).status()).toBe(204);
      });

      test('returns the headers by name and in order', async () => {
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

      test('returns no body for HEAD, and the next call succeeds', async () => {
        const response = await context.head('/large');
        expect([response.status(), (await response.body()).length]).toEqual([200, 0]);
        expect(response.headers()['content-length']).toBe(String(5 * 1024 * 1024));
        expect((await context.get('/echo')).ok()).toBe(true);
      });

      test('returns no body for status 204', async () => {
        const response = await context.delete('/empty');
        expect([response.status(), await response.text()]).toEqual([204, '']);
        await expect(response.json()).rejects.toThrow(SyntaxError);
      });

      test('reads a body of 5 MB and a chunked body', async () => {
        const large = await (await context.get('/large')).body();
        expect(large.length).toBe(5 * 1024 * 1024);
        expect(large.subarray(-9).toString()).toMatch(/meet|ings/);
        expect(await (await context.get('/chunked')).text()).toBe('one two three');
      });

      test('decompresses a gzip body', async () => {
        expect(await (await context.get('/gzip')).json()).toEqual({ packed: true });
      });

      test('reports HTML as an invalid answer when json() reads it', async () => {
        const response = await context.get('/html');
        const error = await failure(response.json());
        expect([outcomeOfError(error), causeOfError(error)]).toEqual(['invalid', 'answer is not JSON']);
        expect(await response.text()).toContain('sorry');
      });

      test('discards the body on dispose()', async () => {
        const response = await context.get('/echo');
        await response.dispose();
        await expect(response.body()).rejects.toThrow('Response has been disposed');
        await expect(response.text()).rejects.toThrow('Response has been disposed');
        expect(response.status()).toBe(200);
      });

      test('returns the server address and the timing of the call', async () => {
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

    test.describe('redirects', () => {
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
        test(`follows a ${code} after ${method} with ${next}`, async () => {
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

      test('follows a relative location with the headers of the call', async () => {
        const response = await context.get('/redirect?to=echo%3Fx', { headers: { 'x-own': 'yes' } });
        const seen: Seen = await response.json();
        expect([seen.url, seen.headers['x-own']]).toEqual(['/echo?x', 'yes']);
      });

      test('does not follow redirects when maxRedirects is 0', async () => {
        const response = await context.get('/redirect?to=/echo', { maxRedirects: 0 });
        expect([response.status(), response.headers().location]).toEqual([302, '/echo']);
        expect(service.calls).toHaveLength(1);
      });

      test('follows at most 20 redirects, or maxRedirects of the call', async () => {
        const error = await failure(context.get('/loop'));
        expect(error.message).toBe('GET /loop: more than 20 redirects');
        expect(service.calls).toHaveLength(21);
        await failure(context.get('/loop', { maxRedirects: 2 }));
        expect(service.calls).toHaveLength(24);
      });

      test('does not follow a redirect to another origin', async () => {
        const other = await startEchoService();
        const error = await failure(context.get(`/redirect?to=${other.baseURL}/echo`));
        expect(error.message).toContain(`redirects from ${service.baseURL} to ${other.baseURL}`);
        expect(other.calls).toEqual([]);
        expect((await context.get('/echo')).ok()).toBe(true);
        await other.close();
      });

      test('returns a redirect without a location as the response', async () => {
        expect((await context.get('/status?code=302')).status()).toBe(302);
      });
    });

    test.describe('addresses', () => {
      for (const url of [
        'http://127.0.0.2:1/echo',
        '//example.org/echo',
        'https://example.org',
        'http://[',
      ]) {
        test(`refuses the URL ${url} outside the service`, async () => {
          const error = await failure(context.get(url));
          expect(error).toBeInstanceOf(UserError);
          expect(error.message).toContain(service.baseURL);
          expect(service.calls).toEqual([]);
        });
      }

      for (const baseURL of ['', 'service', 'ftp://127.0.0.1', 'http://user:secret@127.0.0.1']) {
        test(`refuses "${baseURL}" as the baseURL`, async () => {
          const error = await failure(open({ baseURL }));
          expect(error).toBeInstanceOf(UserError);
          expect(error.message).toContain('baseURL');
          expect(error.message).not.toContain('secret');
        });
      }
    });

    test.describe('failures', () => {
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
        test(`reports ${path} as ${outcome}, and the next call succeeds`, async () => {
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

      test('uses the timeout of the context when the call has none', async () => {
        await context.dispose();
        context = await open({ timeoutMs: 30 });
        const error = await failure(context.get('/silent'));
        expect(error.message).toBe('GET /silent: no answer within 30 ms');
      });

      test('reports a port without a listener as refused', async () => {
        const port = await deadPort();
        for (const host of ['127.0.0.1', 'localhost']) {
          await context.dispose();
          context = await open({ baseURL: `http://${host}:${port}` });
          const error = await failure(context.get('/echo'));
          expect([outcomeOfError(error), causeOfError(error)]).toEqual(['refused', 'connection refused']);
          expect(error).toHaveProperty('code', 'ECONNREFUSED');
        }
      });

      test('reports a stopped service as refused, and succeeds after its restart', async () => {
        const port = service.port;
        expect((await context.get('/echo')).ok()).toBe(true);
        await service.close();
        expect(outcomeOfError(await failure(context.get('/echo')))).toMatch(/refused|reset/);
        expect(outcomeOfError(await failure(context.get('/echo')))).toBe('refused');
        service = await startEchoService(port);
        expect((await context.get('/echo')).ok()).toBe(true);
      });

      test('does not fail when the service closed the idle connection between two calls', async () => {
        await context.get('/echo');
        const [connection] = service.connections;
        connection?.end();
        await once(connection!, 'close');
        expect((await context.get('/echo')).ok()).toBe(true);
        expect((await context.post('/echo', { data: {} })).ok()).toBe(true);
        expect(service.connections).toHaveLength(2);
      });

      test('aborts calls in flight and later calls when the context is disposed', async () => {
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

      test('aborts a call by its signal, before and during the call', async () => {
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

    test('a timeout of 0 disables the time limit', async () => {
      await context.dispose();
      context = await open({ timeoutMs: 20 });
      const patient = failure(context.get('/silent', { timeout: 0 }));
      const other = await open({ timeoutMs: 40 });
      expect(outcomeOfError(await failure(other.get('/silent')))).toBe('timeout');
      await other.dispose();
      await context.dispose();
      expect(outcomeOfError(await patient)).toBe('aborted');
    });

    test('50 concurrent calls each get their own answer', async () => {
      const urls = Array.from({ length: 50 }, (_, index) => `/echo?${index}`);
      const seen = await Promise.all(urls.map((url) => echo(url)));
      expect(seen.map(({ url }) => url)).toEqual(urls);
    });
  });
}
