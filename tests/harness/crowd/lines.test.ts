import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, test } from '@playwright/test';
import { onLine, sendLine } from '../../../src/crowd/coordinator/lines.ts';

/** Both ends of a connection, and the messages that the server has received. */
async function pair(receive?: (message: object) => void) {
  const received: object[] = [];
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.on('error', () => undefined);
  onLine(socket, (message) => {
    received.push(message);
    receive?.(message);
  });
  const closed = once(client, 'close');
  return {
    client,
    socket,
    received,
    closed,
    async end() {
      client.end();
      await closed;
      server.close();
    },
  };
}

test('reads one document per line from chunks of any size', async () => {
  const { client, received, end } = await pair();
  const text = `${JSON.stringify({ name: 'Zoë 👋' })}\n{"n":2}\n`;
  for (const byte of Buffer.from(text)) client.write(Buffer.from([byte]));
  client.write('{"n":3}\n{"n":4}\n{"n"');
  client.write(':5}\n');
  await end();
  expect(received).toEqual([{ name: 'Zoë 👋' }, { n: 2 }, { n: 3 }, { n: 4 }, { n: 5 }]);
});

test('reads a report of many megabytes as one document', async () => {
  const { client, received, end } = await pair();
  const windows = Array.from({ length: 50_000 }, (_, index) => ({ index, hdr: 'x'.repeat(200) }));
  sendLine(client, { windows });
  sendLine(client, { after: true });
  await end();
  expect(received).toEqual([{ windows }, { after: true }]);
});

test('sends nothing to a closed connection', async () => {
  const { client, socket, end } = await pair();
  await end();
  expect(() => sendLine(socket, { late: true })).not.toThrow();
  expect(client.destroyed).toBe(true);
});

for (const garbage of ['GET / HTTP/1.1', '{"half":', 'null', '42', '"text"', '']) {
  test(`closes the connection that sends this line instead of a JSON object: ${garbage || '(empty)'}`, async () => {
    const { client, received, closed } = await pair();
    client.write(`{"n":1}\n${garbage}\n{"n":2}\n`);
    await closed;
    expect(received).toEqual([{ n: 1 }]);
  });
}

test('closes the connection when the receiver throws', async () => {
  const { client, received, closed } = await pair(() => {
    throw new TypeError('cannot read that');
  });
  client.write('{"n":1}\n{"n":2}\n');
  await closed;
  expect(received).toEqual([{ n: 1 }]);
});
