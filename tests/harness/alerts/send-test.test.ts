import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect } from '@playwright/test';
import { main } from '../../../src/alerts/send-test.ts';
import { asProcess, inProcess } from '../kernel/run-command.ts';
import { test } from './receiver.ts';

/** Removes the webhook settings of the environment. */
const nowhere = { ALERT_FORMAT: '', ALERT_WEBHOOK_URL: '' };

/** Runs `npx fullhouse alert-test` in this process; returns its exit code and both of its outputs. */
async function alertTest(settings: Record<string, string>) {
  const { code, out, err } = await inProcess(main, [], { environment: { ...nowhere, ...settings } });
  return { code, output: out + err };
}

test('alert:test sends a message and prints the host', async ({ receiver }) => {
  const { code, output } = await alertTest({ ALERT_WEBHOOK_URL: `${receiver.origin}/planted?key=planted` });
  expect({ code, output }).toEqual({
    code: 0,
    output: `Alert    sent to ${new URL(receiver.origin).host}\n`,
  });
  expect(receiver.received.map(({ url, body }) => [url, JSON.parse(body).status])).toEqual([
    ['/planted?key=planted', 'test'],
  ]);
});

test('npm run alert:test is npx fullhouse alert-test: the same output and exit code', async ({
  receiver,
}) => {
  receiver.answers.push({ status: 404, body: 'no_service' });
  const ALERT_WEBHOOK_URL = `${receiver.origin}/planted`;
  expect(await asProcess('alert:test', [], { ...nowhere, ALERT_WEBHOOK_URL })).toEqual({
    code: 1,
    out: expect.stringMatching(/^Alert {4}could not be delivered to 127\.0\.0\.1:\d+: HTTP 404/),
    err: '',
  });
  expect(receiver.received.map(({ url }) => url)).toEqual(['/planted']);
});

test('alert:test sends a complete Slack message', async ({ receiver }) => {
  await alertTest({ ALERT_WEBHOOK_URL: receiver.origin, ALERT_FORMAT: 'slack' });
  const { text, blocks } = JSON.parse(receiver.received[0]!.body);
  expect(text).toContain('🔔 a test: alerts of fullhouse arrive here');
  for (const block of blocks) if (block.type === 'section') expect(block.text.text).not.toBe('');
});

test('alert:test exits 1 when the delivery fails, and hides the address', async ({ receiver }) => {
  receiver.answers.push({ status: 404, body: 'no_service' });
  const { code, output } = await alertTest({ ALERT_WEBHOOK_URL: `${receiver.origin}/planted` });
  expect(code).toBe(1);
  expect(output).toMatch(/^Alert {4}could not be delivered to 127\.0\.0\.1:\d+: HTTP 404 \(no_service\)/);
  expect(output).not.toContain('planted');
});

test('alert:test names the setting when the webhook is missing or invalid', async () => {
  const [none, wrong] = await Promise.all([alertTest({}), alertTest({ ALERT_WEBHOOK_URL: 'planted' })]);
  expect(none).toMatchObject({ code: 1, output: expect.stringContaining('Set ALERT_WEBHOOK_URL') });
  expect(wrong).toMatchObject({
    code: 1,
    output: expect.stringContaining('ALERT_WEBHOOK_URL: the value given'),
  });
  expect(wrong.output).not.toContain('planted');
});

test('alert:test uses the proxy of the environment, except for loopback', async ({ receiver }) => {
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

/** Sets environment variables of this process, where the HTTP client reads its proxies. */
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
