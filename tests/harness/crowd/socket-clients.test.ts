import { expect, test } from '@playwright/test';
import { socketClients } from '../../../src/crowd/socket-clients.ts';

const socket = { namespace: '/', transports: ['websocket'] } as const;

test('gives every 50th participant socket.io-client and all others the wire client', () => {
  const { of, sentence } = socketClients('wire', { socket });
  const clients = Array.from({ length: 200 }, (_, number) => of(number));
  expect(clients.flatMap((client, number) => (client === 'socket.io' ? [number] : []))).toEqual([
    49, 99, 149, 199,
  ]);
  expect(sentence).toBe('Sockets: the wire client; every 50th participant uses socket.io-client.');
});

test('gives all participants socket.io-client when SOCKET_CLIENT asks for it', () => {
  const { of, sentence } = socketClients('socket.io', { socket });
  expect([of(0), of(49)]).toEqual(['socket.io', 'socket.io']);
  expect(sentence).toBe('Sockets: socket.io-client.');
});

test('gives all participants socket.io-client when the contract needs it, with the reason', () => {
  const polling = socketClients('wire', { socket: { ...socket, transports: ['polling', 'websocket'] } });
  expect(polling.of(0)).toBe('socket.io');
  expect(polling.sentence).toBe(
    'Sockets: socket.io-client, because the wire socket supports only WebSocket, but the contract has ' +
      'transports: [polling, websocket].',
  );
  const query = socketClients('wire', { socket: { ...socket, namespace: '/rooms?token=x' } });
  expect(query.of(0)).toBe('socket.io');
});

test('prints no sentence for a contract without sockets', () => {
  expect(socketClients('wire', { socket: undefined }).sentence).toBeUndefined();
});
