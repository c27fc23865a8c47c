import { expect, test } from '@playwright/test';
import { floodedSockets } from './flooded-sockets.ts';

/** This is allowed for as long as the client keeps up with it. */
const packed = 'packed messages, faster than they are unpacked';
const pings = 'pings, and it does not read the answers';
const enginePings = 'pings of Engine.IO, and it does not read the answers';

// `socket.io-client` needs minutes for as many pings as fill the buffers of the kernel.
for (const [client, names] of [
  ['wire', [packed, pings, enginePings]],
  ['socket.io', [packed]],
] as const)
  for (const name of names)
    test(`the memory of a ${client} socket stays flat where it cannot keep up: ${name}`, async () => {
      const [ended] = await floodedSockets(client, [name]);
      expect(ended!.how).toBe('transport close');
      expect(ended!.grown).toBeLessThan(60_000_000);
    });
