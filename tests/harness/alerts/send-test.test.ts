import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect } from '@playwright/test';
import { main } from '../../../src/alerts/send-test.ts';
import { asProcess, inProcess } from '../kernel/run-command.ts';
import { test } from './receiver.ts';

/** Nothing of the surroundings says where alerts go. */
const nowhere = { ALERT_FORMAT: '', ALERT_WEBHOOK_URL: '' };

/** `npm run alert:test` in this process: its exit code, and what it wrote to both of its outputs. */
async function alertTest(settings: Record<string, string>) {
  const { code, out, err } = await inProcess(main, [], { environment: { ...nowhere, ...settings } });
  return { code, output: out + err };
}

test('a message arrives, and the command says so', async ({ receiver }) => {
  const { code, output } = await alertTest({ ALERT_WEBHOOK_URL: `${receiver.origin}/planted?key=planted` });
  expect({ code, output }).toEqual({
    code: 0,
    output: `Alert    sent to ${new URL(receiver.origin).host}\n`,
  });
  expect(receiver.received.map(({ url, body }) => [url, JSON.parse(body).status])).toEqual([
    ['/planted?key=planted', 'test'],
  ]);
});

test('npm run alert:test reaches the command, prints, and exits with its code', async ({ receiver }) => {
  receiver.answers.push({ status: 404, body: 'no_service' });
  const ALERT_WEBHOOK_URL = `${receiver.origin}/planted`;
  expect(await asProcess('alert:test', [], { ...nowhere, ALERT_WEBHOOK_URL })).toEqual({
    code: 1,
    out: expect.stringMatching(/^Alert {4}could not be delivered to 127\.0\.0\.1:\d+: it answers 404/),
    err: '',
  });
  expect(receiver.received.map(({ url }) => url)).toEqual(['/planted']);
});

test('in the format of Slack it is a whole message', async ({ receiver }) => {
  await alertTest({ ALERT_WEBHOOK_URL: receiver.origin, ALERT_FORMAT: 'slack' });
  const { text, blocks } = JSON.parse(receiver.received[0]!.body);
  expect(text).toContain('🔔 a test: alerts of fullhouse arrive here');
  for (const block of blocks) if (block.type === 'section') expect(block.text.text).not.toBe('');
});

test('exits 1 when it was not delivered, and says why without the address', async ({ receiver }) => {
  receiver.answers.push({ status: 404, body: 'no_service' });
  const { code, output } = await alertTest({ ALERT_WEBHOOK_URL: `${receiver.origin}/planted` });
  expect(code).toBe(1);
  expect(output).toMatch(
    /^Alert {4}could not be delivered to 127\.0\.0\.1:\d+: it answers 404 \(no_service\)/,
  );
  expect(output).not.toContain('planted');
});

test('without a webhook, and with a wrong one, it says what to do', async () => {
  const [none, wrong] = await Promise.all([alertTest({}), alertTest({ ALERT_WEBHOOK_URL: 'planted' })]);
  expect(none).toMatchObject({ code: 1, output: expect.stringContaining('Set ALERT_WEBHOOK_URL') });
  expect(wrong).toMatchObject({
    code: 1,
    output: expect.stringContaining('ALERT_WEBHOOK_URL: the value given'),
  });
  expect(wrong.output).not.toContain('planted');
});

test('a proxy of the environment is used, but not for this machine', async ({ receiver }) => {
  const asked: string[] = [];
  const proxy = createServer().on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const { port } = new URL(receiver.origin);
    const onward = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) end.on('error', () => undefined);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const HTTP_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const { far, near } = await withEnvironment(
    { HTTP_PROXY, http_proxy: HTTP_PROXY, NO_PROXY: '', no_proxy: '' },
    async () => ({
      far: await alertTest({ ALERT_WEBHOOK_URL: 'http://hooks.invalid/hook' }),
      near: await alertTest({ ALERT_WEBHOOK_URL: `${receiver.origin}/near` }),
    }),
  );
  proxy.closeAllConnections();
  proxy.close();
  expect([far.output, near.code]).toEqual(['Alert    sent to hooks.invalid\n', 0]);
  expect(asked).toEqual(['hooks.invalid:80']);
  expect(receiver.received.map(({ url }) => url)).toEqual(['/hook', '/near']);
});

/** Sets variables of this process for a while: the HTTP client reads its proxies there. */
async function withEnvironment<T>(variables: Record<string, string>, act: () => Promise<T>): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return await act();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
