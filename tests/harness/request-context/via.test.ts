import { expect, test } from '@playwright/test';
import { outcomeOfError } from '../../../src/request-context/failure.ts';
import { openRequestContext, type RequestContextKind } from '../../../src/request-context/open.ts';
import type { RequestContext, RequestContextOptions } from '../../../src/request-context/request-context.ts';
import { deadPort, type EchoService, type Seen, startEchoService } from './echo-service.ts';

const kinds: readonly RequestContextKind[] = ['wire', 'playwright'];

/** A name without an address: a call that arrives used another route. */
const NAME = 'meet.test:8080';

for (const kind of kinds) {
  test.describe(`Does the ${kind} context keep the address of a service that it reaches at another address?`, () => {
    let service: EchoService;
    let context: RequestContext;

    const open = (options: Partial<RequestContextOptions> = {}) => {
      const via = { host: '127.0.0.1', port: service.port };
      return openRequestContext(kind, { baseURL: `http://${NAME}`, via, timeoutMs: 10_000, ...options });
    };
    const echo = async (...call: Parameters<RequestContext['fetch']>): Promise<Seen> =>
      (await context.fetch(...call)).json();

    test.beforeEach(async () => {
      service = await startEchoService();
      context = await open();
    });
    test.afterEach(async () => {
      await context.dispose();
      await service.close();
    });

    test('keeps the address in the Host header and in the URL of the answer', async () => {
      const response = await context.post('/echo?q=1', { data: { a: 1 }, headers: { 'x-one': '1' } });
      expect(response.url()).toBe(`http://${NAME}/echo?q=1`);
      const { url, headers, body } = (await response.json()) as Seen;
      expect([url, headers.host, headers['x-one'], body]).toEqual(['/echo?q=1', NAME, '1', '{"a":1}']);
      // The URL of the service is allowed.
      expect((await context.get(`http://${NAME}/echo`)).status()).toBe(200);
      await expect(context.get(`http://127.0.0.1:${service.port}/echo`)).rejects.toThrow('was refused');
    });

    test('keeps the address in redirects', async () => {
      const response = await context.get('/redirect', { params: { to: `http://${NAME}/echo` } });
      expect(response.url()).toBe(`http://${NAME}/echo`);
      expect(((await response.json()) as Seen).headers.host).toBe(NAME);
      const away = context.get('/redirect', { params: { to: `http://127.0.0.1:${service.port}/echo` } });
      await expect(away).rejects.toThrow('which is not the service');
    });

    test('keeps the address for cookies with a domain', async () => {
      const set = (cookie: string) => context.get('/sign-in', { params: { cookie } });
      await set('session=one; Domain=meet.test; Path=/');
      expect((await echo('/echo')).headers.cookie).toBe('session=one');
      expect((await echo('/echo', { headers: { Cookie: 'mine=1' } })).headers.cookie).toBe('mine=1');
      await set('session=; Max-Age=0; Domain=meet.test; Path=/');
      expect((await echo('/echo')).headers.cookie).toBeUndefined();
    });

    test('reuses the connection', async () => {
      await echo('/echo');
      await echo('/echo');
      expect(service.connections).toHaveLength(1);
    });

    test('reports a refused connection at the other address', async () => {
      await context.dispose();
      context = await open({ via: { host: '127.0.0.1', port: await deadPort() } });
      expect(await context.get('/echo').catch(outcomeOfError)).toBe('refused');
    });

    test('sends the headers of the context, with its cookie', async () => {
      await context.dispose();
      context = await open({ extraHTTPHeaders: { cookie: 'from=login', authorization: 'Bearer x' } });
      await context.get('/sign-in', { params: { cookie: 'session=one; Path=/' } });
      const { cookie, authorization } = (await echo('/echo')).headers;
      expect([cookie, authorization]).toEqual(['from=login', 'Bearer x']);
    });
  });
}
