import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { ConductSocket } from '../../../src/conduct/conduct-socket.ts';
import { watchIdleConnection } from '../../../src/conduct/idle-connection.ts';
import type { Via } from '../../../src/kernel/reach.ts';
import { probe } from '../../../src/meetings/probe.ts';
import { causeOfError, outcomeOfError } from '../../../src/request-context/failure.ts';
import { openRequestContext } from '../../../src/request-context/open.ts';
import { accessOf } from '../meetings/access-of.ts';
import { startEchoService } from './echo-service.ts';
import { expect, LATENCY, leastDelays, test, UNKNOWN_AUTHORITY } from './secure-fixture.ts';
import { BASE, NAME, type SecureService, secureService } from './secure-service.ts';

const ok = { status: 200 };
const seenAs = (name: string, { port }: SecureService) => ({
  sni: name,
  host: `${name}:${port}`,
  path: `${BASE}/health`,
});

/** The status of the answer, or the outcome and the cause. */
async function ask(baseURL: string, via?: Via) {
  const context = await openRequestContext('wire', { baseURL, via, timeoutMs: 30_000 });
  try {
    const response = await context.get('/health');
    return { status: response.status() };
  } catch (error) {
    return { outcome: outcomeOfError(error), cause: causeOfError(error) };
  } finally {
    await context.dispose();
  }
}

test.describe('Does the wire context reach a service behind TLS with a private authority?', () => {
  test('reaches the service directly', async ({ service, authority, trust }) => {
    trust(authority);
    expect(await ask(service.url('localhost'))).toEqual(ok);
    expect(service.seen).toEqual([seenAs('localhost', service)]);
  });

  test('reaches the service at another address, and keeps the Host, SNI and certificate name', async ({
    service,
    authority,
    trust,
  }) => {
    trust(authority);
    expect(await ask(service.url(), { host: '127.0.0.1', port: service.port })).toEqual(ok);
    expect(service.seen).toEqual([seenAs(NAME, service)]);
  });

  test('reaches the service over a path that adds its latency', async ({
    service,
    path,
    authority,
    trust,
  }) => {
    trust(authority);
    await path.inflict({ kind: 'impaired', ...LATENCY });
    const askedAt = performance.now();
    expect(await ask(service.url(), path.via)).toEqual(ok);
    // The handshakes of TCP and of TLS, and the call: a round trip each.
    expect(performance.now() - askedAt).toBeGreaterThanOrEqual(3 * 50);
    const [up, down] = await leastDelays(path);
    expect(up).toBeGreaterThanOrEqual(30);
    expect(down).toBeGreaterThanOrEqual(20);
    expect(service.seen).toEqual([seenAs(NAME, service)]);
  });

  test('reports a reset of the path as a reset call', async ({ service, path, authority, trust }) => {
    trust(authority);
    const context = await openRequestContext('wire', {
      baseURL: service.url(),
      via: path.via,
      timeoutMs: 30_000,
    });
    expect((await context.get('/health')).status()).toBe(200);
    await path.inflict({ kind: 'stalled', direction: 'down' });
    // A GET would be resent.
    const asked = context.post('/health').catch(outcomeOfError);
    await expect.poll(() => service.seen.length).toBe(2);
    expect(await path.reset()).toBe(1);
    expect(await asked).toBe('reset');
    await context.dispose();
  });

  test('checks the certificate for an IP address, also when it connects to another address', async ({
    authority,
    trust,
  }) => {
    await using service = await secureService(authority, { names: ['127.0.0.1'] });
    trust(authority);
    expect(await ask(service.url('127.0.0.1'))).toEqual(ok);
    const via = { host: '127.0.0.1', port: service.port };
    expect(await ask(`https://127.0.0.1:${service.port}${BASE}`, via)).toEqual(ok);
    // The service is at an address that its certificate contains, but the call is for another address.
    expect(await ask(service.url('10.1.2.3'), via)).toMatchObject({
      cause: 'certificate is for another name',
    });
  });
});

test.describe('Which services does the wire context refuse?', () => {
  test('refuses a certificate of an unknown authority', async ({ service, path, stranger, trust }) => {
    const refused = { outcome: 'refused', cause: UNKNOWN_AUTHORITY };
    expect(await ask(service.url('localhost'))).toEqual(refused);
    trust(stranger);
    expect(await ask(service.url('localhost'))).toEqual(refused);
    expect(await ask(service.url(), path.via)).toEqual(refused);
    expect(service.seen).toEqual([]);
  });

  test('refuses a certificate for another name', async ({ authority, trust }) => {
    await using service = await secureService(authority, { names: ['localhost'], certified: ['other.test'] });
    trust(authority);
    const cause = 'certificate is for another name';
    expect(await ask(service.url('localhost'))).toEqual({ outcome: 'refused', cause });
    expect(service.seen).toEqual([]);
  });

  test('refuses an expired certificate', async ({ authority, trust }) => {
    const notAfterDate = new Date(Date.now() - 60_000);
    await using service = await secureService(authority, { notAfterDate });
    trust(authority);
    const cause = 'certificate has expired';
    expect(await ask(service.url('localhost'))).toEqual({ outcome: 'refused', cause });
  });

  test('refuses a service without a certificate for the name, and a service without TLS', async ({
    service,
    authority,
    trust,
  }) => {
    trust(authority);
    const via = { host: '127.0.0.1', port: service.port };
    expect(await ask(service.url('elsewhere.test'), via)).toMatchObject({ outcome: 'reset' });
    const plain = await startEchoService();
    const cause = 'TLS handshake failed';
    expect(await ask(`https://localhost:${plain.port}`)).toEqual({ outcome: 'refused', cause });
    await plain.close();
  });
});

/** Makes calls from a process that trusts this file. Each call adds a line when it ends. */
function callsWith(pemFile: string, calls: readonly object[]) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const script = fileURLToPath(new URL('secure-calls.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(calls)], {
    env: { ...env, NODE_EXTRA_CA_CERTS: pemFile },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return { lines, ended: once(child, 'close') };
}

test.describe('Does the Playwright context reach a service behind TLS with a private authority?', () => {
  test('reaches the service directly and over a path, whose faults apply', async ({
    service,
    link,
    path,
    authority,
  }, testInfo) => {
    const file = testInfo.outputPath('authority.pem');
    await writeFile(file, authority.pem);
    await path.inflict({ kind: 'impaired', ...LATENCY });
    const { upstream } = service;
    await using stalled = await link.open('stalled', { upstream, service: service.url() });
    await stalled.inflict({ kind: 'stalled', direction: 'down' });
    const baseURL = service.url();
    const { lines, ended } = callsWith(file, [
      { baseURL: service.url('localhost') },
      { baseURL, via: path.via },
      { baseURL, via: stalled.via },
    ]);
    await expect.poll(async () => (await stalled.stats()).connections.opened).toBe(1);
    expect(await stalled.reset()).toBe(1);
    await ended;
    expect(lines).toEqual(['200', '200', 'reset: connection reset']);
    const [up, down] = await leastDelays(path);
    expect(up).toBeGreaterThanOrEqual(30);
    expect(down).toBeGreaterThanOrEqual(20);
    expect(service.seen).toEqual([seenAs('localhost', service), seenAs(NAME, service)]);
  });

  test('refuses a service whose authority is unknown', async ({ service, path, stranger }, testInfo) => {
    const file = testInfo.outputPath('stranger.pem');
    await writeFile(file, stranger.pem);
    const { lines, ended } = callsWith(file, [
      { baseURL: service.url('localhost') },
      { baseURL: service.url(), via: path.via },
    ]);
    await ended;
    expect(lines).toEqual([`refused: ${UNKNOWN_AUTHORITY}`, `refused: ${UNKNOWN_AUTHORITY}`]);
    expect(service.seen).toEqual([]);
  });
});

test.describe('Do other clients of the address use TLS and the base path?', () => {
  test('the probe for a service finds it below its base path', async ({
    service,
    authority,
    stranger,
    trust,
  }) => {
    trust(authority);
    expect(await probe(service.url('localhost'))).toEqual({ kind: 'meetings service' });
    expect(await probe(`https://localhost:${service.port}`)).toMatchObject({ kind: 'something else' });
    trust(stranger);
    expect(await probe(service.url('localhost'))).toEqual({ kind: 'nothing', cause: UNKNOWN_AUTHORITY });
  });

  test('the watch of an idle connection requests the base path', async ({
    service,
    authority,
    stranger,
    trust,
  }) => {
    trust(authority);
    const url = service.url('localhost');
    expect(await watchIdleConnection(url, { watchedMs: 500 })).toEqual({ kind: 'announced', seconds: 5 });
    expect(service.seen).toEqual([seenAs('localhost', service)]);
    trust(stranger);
    expect(await watchIdleConnection(url, { watchedMs: 500 })).toMatchObject({
      kind: 'no answer',
      cause: UNKNOWN_AUTHORITY,
    });
  });

  test('the socket of conduct connects to the service', async ({ service, authority, stranger, trust }) => {
    trust(authority);
    const met = await meet(service.url('localhost'));
    expect(met.kind).toBe('connected');
    if (met.kind === 'connected') met.socket.close();
    trust(stranger);
    const refused = await meet(service.url('localhost'));
    expect(refused.kind).toBe('no answer');
  });
});

/** A connection with a token, as the questions of conduct open it. */
async function meet(url: string) {
  const { identities, contract } = await accessOf('a secret of the tests');
  const identity = await identities.open('somebody');
  return ConductSocket.connect({ url, contract, identity, timeoutMs: 10_000 });
}
