import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { SocketClient } from '../../../../src/meetings/socket/room-socket.ts';
import { floodingSockets } from './socket-floods.ts';

/** How a flooded connection ended, and the growth of the peak memory of its process in bytes. */
export interface FloodedSocket {
  readonly how: string;
  readonly grown: number;
}

/** Connects to services that send these floods, in a separate process, one after the other. */
export async function floodedSockets(
  client: SocketClient,
  names: readonly string[],
): Promise<FloodedSocket[]> {
  const services = await Promise.all(names.map(floodingSockets));
  const urls = services.map(({ url }) => url);
  const script = fileURLToPath(new URL('flooded-socket.ts', import.meta.url));
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', script, client, 'websocket', ...urls], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const lines = await text(child.stdout);
  await closed;
  for (const service of services) service[Symbol.dispose]();
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as FloodedSocket);
}
