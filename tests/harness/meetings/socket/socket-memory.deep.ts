import { expect, test } from '@playwright/test';
import { floodedSockets } from './flooded-sockets.ts';

const tooLarge = 'message over 10 MB';

/** How the connection to a flooding service ends, by the name of the flood. */
const endings = {
  'one frame': tooLarge,
  'one message in many frames': tooLarge,
  'one message in frames of a byte': 'transport error',
  'one message in empty frames': 'transport error',
  attachments: 'parse error',
  'a packed message that unpacks to more': tooLarge,
  'messages before the handshake': tooLarge,
  'the head of its answer': 'Parse Error: Header overflow',
};

// The services send up to 300 MB.
for (const client of ['wire', 'socket.io'] as const)
  test(`the memory of a ${client} socket stays flat when its service floods it`, async () => {
    const names = Object.keys(endings);
    const ended = await floodedSockets(client, names);
    expect(Object.fromEntries(ended.map(({ how }, index) => [names[index], how]))).toEqual(endings);
    expect(ended.filter(({ grown }) => grown > 60_000_000)).toEqual([]);
  });
