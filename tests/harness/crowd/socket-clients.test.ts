import { expect, test } from '@playwright/test';
import { socketClients } from '../../../src/crowd/socket-clients.ts';

const socket = { namespace: '/', transports: ['websocket'] } as const;

test('a crowd has wire sockets, and every 50th participant the real client', () => {
  const { of, sentence } = socketClients('wire', { socket });
  const clients = Array.from({ length: 200 }, (_, number) => of(number));
  expect(clients.flatMap((client, number) => (client === 'socket.io' ? [number] : []))).toEqual([
    49, 99, 149, 199,
  ]);
  expect(sentence).toBe('Sockets: the wire client; every 50th participant uses socket.io-client.');
});

test('all have the real one where it is asked for', () => {
  const { of, sentence } = socketClients('socket.io', { socket });
  expect([of(0), of(49)]).toEqual(['socket.io', 'socket.io']);
  expect(sentence).toBe('Sockets: socket.io-client.');
});

test('and where the wire one cannot do what the contract needs, with the reason', () => {
  const polling = socketClients('wire', { socket: { ...socket, transports: ['polling', 'websocket'] } });
  expect(polling.of(0)).toBe('socket.io');
  expect(polling.sentence).toBe(
    'Sockets: socket.io-client, because the wire socket uses WebSocket alone, and the contract has ' +
      'transports: [polling, websocket].',
  );
  const query = socketClients('wire', { socket: { ...socket, namespace: '/rooms?token=x' } });
  expect(query.of(0)).toBe('socket.io');
});

test('without Socket.IO there is nothing to say', () => {
  expect(socketClients('wire', { socket: undefined }).sentence).toBeUndefined();
});
