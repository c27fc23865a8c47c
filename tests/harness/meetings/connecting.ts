import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { RoomEvent } from '../../../src/meetings/contract.ts';
import { RoomConnection } from '../../../src/meetings/room-connection.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import { Timings } from '../../../src/timings/timings.ts';

/**
 * A connection and what it told: its outcomes and causes by operation, its drops and its events. `patience` may change
 * between its calls.
 */
export function participant(url: string, { token = 'good', timeoutMs = 30_000 } = {}) {
  const timings = new Timings(systemClock.now());
  const drops: string[] = [];
  const patience = { ms: timeoutMs };
  const events: RoomEvent[] = [];
  const room = new RoomConnection({
    url,
    token,
    get timeoutMs() {
      return patience.ms;
    },
    timings,
    clock: systemClock,
    onEvent: (event) => events.push(event),
    onDrop: (reason) => drops.push(reason),
  });
  const recorded = (operation: string) => {
    const merged = new MergedTimings([timings.encode(systemClock.now())]).operations.get(operation);
    return { outcomes: merged?.outcomes, causes: [...(merged?.causes.keys() ?? [])] };
  };
  return { room, drops, events, recorded, patience };
}

/** An address at which nobody listens. */
export async function nobody(): Promise<string> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}
