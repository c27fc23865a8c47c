import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { expect, test } from '@playwright/test';
import { Client } from 'undici';
import { Address } from '../../../src/request-context/address.ts';
import { outcomeOfError } from '../../../src/request-context/failure.ts';
import { HttpConnection, type HttpHandler } from '../../../src/request-context/http-connection.ts';
import { WireContext } from '../../../src/request-context/wire.ts';

/** How the reads split an answer: not at all, byte by byte, or into two. */
const cuts = ['whole', 'byte by byte', 'in two'] as const;
type Cut = (typeof cuts)[number];

interface Script {
  readonly method?: string;
  readonly answer: string | Buffer;
  /** The service ends the connection after the answer. */
  readonly ends?: boolean;
}

const OK = 'HTTP/1.1 200 OK\r\n';
const scripts: Readonly<Record<string, Script>> = {
  'a body with a length': { answer: `${OK}Content-Length: 5\r\nX-One: a\r\nX-One: b\r\nEmpty:\r\n\r\nhello` },
  'a body of UTF-8': { answer: Buffer.from(`${OK}content-length: 9\r\n\r\nä€🎉`) },
  'an empty body': { answer: `${OK}content-length: 0\r\n\r\n` },
  'a long body': { answer: `${OK}content-length: 200000\r\n\r\n${'x'.repeat(200_000)}` },
  'chunks with extensions and a trailer': {
    answer: `${OK}Transfer-Encoding: chunked\r\n\r\n4;a=b\r\nwiki\r\n5\r\npedia\r\n0\r\nExpires: never\r\n\r\n`,
  },
  'chunk lengths in upper case with leading zeros': {
    answer: `${OK}transfer-encoding: chunked\r\n\r\n00A\r\n0123456789\r\n0\r\n\r\n`,
  },
  'a body that ends with the connection': {
    answer: `${OK}connection: close\r\n\r\nuntil the end`,
    ends: true,
  },
  'a body that ends with the connection, without a header': { answer: `${OK}\r\nuntil the end`, ends: true },
  'HTTP/1.0': { answer: 'HTTP/1.0 200 OK\r\n\r\nold', ends: true },
  'an interim answer and the answer': {
    answer: `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${OK}content-length: 2\r\n\r\nok`,
  },
  'an answer to HEAD': { method: 'HEAD', answer: `${OK}content-length: 500\r\n\r\n` },
  'a status without a body': { answer: 'HTTP/1.1 204 No Content\r\nx: y\r\n\r\n' },
  'a status without a reason phrase': { answer: 'HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok' },
  'an unknown status': { answer: 'HTTP/1.1 599 Whatever it is\r\ncontent-length: 2\r\n\r\nno' },
  'a head in Latin-1': {
    answer: Buffer.from(`${OK}x-name: J\xf6rg\r\ncontent-length: 2\r\n\r\nok`, 'latin1'),
  },
  'an answer that ends in the head': { answer: `${OK}content-le`, ends: true },
  'an answer that ends in the body': { answer: `${OK}content-length: 10\r\n\r\nhalf`, ends: true },
  'an answer that ends in a chunk': { answer: `${OK}transfer-encoding: chunked\r\n\r\n5\r\nhal`, ends: true },
  'a connection that ends before the answer': { answer: '', ends: true },
  'an invalid length': { answer: `${OK}content-length: two\r\n\r\nok` },
  'an invalid chunk length': { answer: `${OK}transfer-encoding: chunked\r\n\r\nzz\r\n` },
  'a chunk that is longer than its length': {
    answer: `${OK}transfer-encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n`,
  },
  'a header without a colon': { answer: `${OK}nonsense\r\n\r\n` },
  'a header with a space in its name': { answer: `${OK}a b: c\r\n\r\n` },
  'an answer that is not HTTP': { answer: 'SSH-2.0-OpenSSH_9.6 is what this is\r\n' },
  'a page without a head': { answer: '<html>hello, and welcome to this page</html>', ends: true },
  'too many headers': { answer: `${OK}${`x-pad: ${'y'.repeat(90)}\r\n`.repeat(200)}\r\n` },
};

/** For undici, these answers break the connection. */
const ambiguous: Readonly<Record<string, Script>> = {
  'two lengths that differ': { answer: `${OK}content-length: 2\r\ncontent-length: 3\r\n\r\nabc` },
  'a length and chunks': { answer: `${OK}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n` },
};

let server: Server;
let port: number;
let script: Script;
let cut: Cut;
let connections: number;

test.beforeEach(async () => {
  connections = 0;
  server = createServer((socket) => {
    connections += 1;
    socket.setNoDelay();
    socket.on('error', () => undefined);
    socket.on('data', () => void play(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
test.afterEach(() => server.close());

async function play(socket: Socket): Promise<void> {
  const bytes = Buffer.from(script.answer as string);
  const middle = bytes.indexOf('\r\n\r\n') + 2;
  const starts =
    cut === 'whole' ? [0] : cut === 'in two' ? [0, middle] : Array.from({ length: 120 }, (_, at) => at);
  for (const [index, start] of starts.entries()) {
    const piece = bytes.subarray(start, starts[index + 1] ?? bytes.length);
    if (piece.length === 0) continue;
    await new Promise((resolve) => socket.write(piece, resolve));
    // The reader gets a turn of the loop.
    if (starts.length > 1) await new Promise((resolve) => setImmediate(resolve));
  }
  if (script.ends) socket.end();
}

type Result = { status: number; headers: string[]; body: string } | string;

async function byWire(): Promise<Result> {
  await using context = new WireContext({ baseURL: `http://127.0.0.1:${port}`, timeoutMs: 5000 });
  try {
    const answer = await context.fetch('/', { method: script.method ?? 'GET' });
    const headers = answer.headersArray().flatMap(({ name, value }) => [name, value]);
    return { status: answer.status(), headers, body: (await answer.body()).toString('latin1') };
  } catch (error) {
    return outcomeOfError(error);
  }
}

async function byUndici(): Promise<Result> {
  const client = new Client(`http://127.0.0.1:${port}`, { headersTimeout: 5000, bodyTimeout: 5000 });
  try {
    const answer = await client.request({
      path: '/',
      method: (script.method ?? 'GET') as 'GET',
      responseHeaders: 'raw',
    });
    const headers = (answer.headers as unknown as Buffer[]).map((one) => one.toString('latin1'));
    return {
      status: answer.statusCode,
      headers,
      body: Buffer.from(await answer.body.arrayBuffer()).toString('latin1'),
    };
  } catch (error) {
    return outcomeOfError(error);
  } finally {
    await client.destroy();
  }
}

for (const [name, one] of Object.entries(scripts))
  test(`reads ${name} as undici does, however the reads split it`, async () => {
    script = one;
    for (cut of cuts) expect(await byWire(), cut).toEqual(await byUndici());
  });

for (const [name, one] of Object.entries(ambiguous))
  test(`refuses ${name} as ambiguous`, async () => {
    script = one;
    for (cut of cuts) expect([await byWire(), await byUndici()], cut).toEqual(['invalid', 'reset']);
  });

test.describe('The connection of a participant', () => {
  const ask = (context: WireContext) =>
    context.get('/').then(
      async (answer) => answer.text(),
      (error: unknown) => outcomeOfError(error),
    );

  test('is reused after an answer, but not after an unexpected answer', async () => {
    cut = 'whole';
    await using context = new WireContext({ baseURL: `http://127.0.0.1:${port}`, timeoutMs: 5000 });
    script = { answer: `${OK}content-length: 2\r\n\r\nok` };
    expect([await ask(context), await ask(context), connections]).toEqual(['ok', 'ok', 1]);
    // A second answer in the same read, which the next call must not get.
    script = { answer: `${OK}content-length: 2\r\n\r\nok${OK}content-length: 4\r\n\r\nevil` };
    expect(await ask(context)).toBe('ok');
    script = { answer: `${OK}content-length: 2\r\n\r\nok` };
    expect([await ask(context), connections]).toEqual(['ok', 2]);
  });

  test('does not give an unexpected answer to a waiting call', async () => {
    cut = 'whole';
    await using context = new WireContext({ baseURL: `http://127.0.0.1:${port}`, timeoutMs: 5000 });
    script = { answer: `${OK}content-length: 2\r\n\r\nok${OK}content-length: 4\r\n\r\nevil` };
    expect(await Promise.all([ask(context), ask(context)])).toEqual(['ok', 'reset']);
  });

  for (const [says, head] of [
    ['a close header', 'connection: close\r\n'],
    ['an HTTP/1.0 answer', ''],
    ['a keep-alive timeout within the margin', 'keep-alive: timeout=1\r\n'],
  ] as const)
    test(`is not reused after ${says}`, async () => {
      cut = 'whole';
      await using context = new WireContext({ baseURL: `http://127.0.0.1:${port}`, timeoutMs: 5000 });
      const status = says === 'an HTTP/1.0 answer' ? 'HTTP/1.0 200 OK\r\n' : OK;
      script = { answer: `${status}${head}content-length: 2\r\n\r\nok` };
      expect([await ask(context), await ask(context), connections]).toEqual(['ok', 'ok', 2]);
    });

  test('fails only the call in flight when it breaks, and the next call opens a new connection', async () => {
    cut = 'whole';
    await using context = new WireContext({ baseURL: `http://127.0.0.1:${port}`, timeoutMs: 5000 });
    script = { answer: '', ends: true };
    const first = ask(context);
    const second = ask(context);
    expect(await first).toBe('reset');
    expect(await second).toBe('reset');
    expect(connections).toBe(2);
  });

  test('finds the end of a head that is split between two reads', async () => {
    script = { answer: '' };
    cut = 'whole';
    let connected: Socket | undefined;
    const connection = new HttpConnection({
      address: Address.of(`http://127.0.0.1:${port}`),
      via: undefined,
      localAddress: undefined,
      timeoutMs: 5000,
      connected: (socket) => {
        connected = socket;
      },
    });
    const head = `${OK}content-length: 2`;
    const buffer = Buffer.from(`${head}\r\n\r\nok`);
    for (const isRead of [1, 2, 3]) {
      const bodies: string[] = [];
      const ended = new Promise<void>((resolve, reject) => {
        const handler: HttpHandler = {
          // The request is sent after this call.
          onStart: () => {
            setImmediate(() => {
              const length = head.length + isRead;
              connection.read(connected!, Buffer.from(buffer), length, true);
              const rest = buffer.subarray(length);
              connection.read(connected!, rest, rest.length, true);
            });
            return true;
          },
          onResend: () => reject(new Error('sent again')),
          onHead: () => undefined,
          onData: (chunk) => bodies.push(chunk.toString()),
          onEnd: resolve,
          onError: reject,
        };
        connection.dispatch({ method: 'GET', path: '/', headers: [], body: null }, handler);
      });
      await ended;
      expect(bodies.join('')).toBe('ok');
    }
    await connection.destroy(new Error('over'));
  });
});
