import { request, test } from '@playwright/test';
import { openRequestContext } from '../../../../src/request-context/open.ts';
import { type EchoService, startEchoService } from '../echo-service.ts';

const CALLS = 5;

let service: EchoService;
test.beforeAll(async () => {
  service = await startEchoService();
});
test.afterAll(() => service.close());

for (const kind of ['wire', 'playwright'] as const) {
  test(kind, async () => {
    const context = await openRequestContext(kind, { baseURL: service.baseURL, timeoutMs: 5000 });
    for (let call = 0; call < CALLS; call++) await (await context.get('/echo')).json();
    await context.dispose();
  });
}

test('instrumented', async () => {
  const context = await request.newContext({ baseURL: service.baseURL });
  for (let call = 0; call < CALLS; call++) await (await context.get('/echo')).json();
  await context.dispose();
});

test('instrumented, beside a second instance', async ({ request: fixture }) => {
  const context = await openRequestContext('playwright', { baseURL: service.baseURL, timeoutMs: 5000 });
  await context.get('/echo');
  for (let call = 0; call < CALLS; call++) await fixture.get(`${service.baseURL}/echo`);
  await context.dispose();
});
