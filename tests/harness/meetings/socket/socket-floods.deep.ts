import { expect, test } from '@playwright/test';
import { floodedSockets } from './flooded-sockets.ts';

/** These floods are allowed as long as the client keeps up with them. */
const packed = 'compressed messages that arrive faster than they are unpacked';
const pings = 'pings whose answers the service does not read';
const enginePings = 'Engine.IO pings whose answers the service does not read';

// `socket.io-client` needs minutes for the pings that fill the buffers of the kernel.
for (const [client, names] of [
  ['wire', [packed, pings, enginePings]],
  ['socket.io', [packed]],
] as const)
  for (const name of names)
    test(`the memory of a ${client} socket stays flat under ${name}`, async () => {
      const [ended] = await floodedSockets(client, [name]);
      expect(ended!.how).toBe('transport close');
      expect(ended!.grown).toBeLessThan(60_000_000);
    });
