import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { Contract } from '../../../src/meetings/contract/contract.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import type { Identity } from '../../../src/meetings/identities/identity.ts';
import { type Performing, RoomConnection } from '../../../src/meetings/room-connection.ts';
import type { RoomEvent } from '../../../src/meetings/room-event.ts';
import type { SocketClient } from '../../../src/meetings/socket/room-socket.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { userNamed } from './fake-context.ts';

/** The tests of rooms run over both clients. */
export const socketClients = ['socket.io', 'wire'] as const;

interface ParticipantOptions {
  readonly socketClient?: SocketClient;
  readonly token?: string;
  readonly timeoutMs?: number;
  readonly contract?: Contract;
  readonly identity?: Identity;
}

/**
 * A connection with its outcomes and causes by operation, its drops and its events. `patience` may change between its
 * calls.
 */
export function participant(
  url: string,
  {
    token = 'good',
    timeoutMs = 30_000,
    contract = referenceContract(),
    identity = userNamed('me', token),
    socketClient,
  }: ParticipantOptions = {},
) {
  const timings = new Timings(systemClock.now());
  const drops: string[] = [];
  const patience = { ms: timeoutMs };
  const events: RoomEvent[] = [];
  const room = new RoomConnection({
    url,
    contract,
    socketClient,
    identity,
    get timeoutMs() {
      return patience.ms;
    },
    timings,
    clock: systemClock,
    onEvent: (event) => events.push(event),
    onDrop: (reason) => drops.push(reason),
  });
  const merged = (operation: string) =>
    new MergedTimings([timings.encode(systemClock.now())]).operations.get(operation);
  const recorded = (operation: string) => {
    const found = merged(operation);
    return { outcomes: found?.outcomes, causes: [...(found?.causes.keys() ?? [])] };
  };
  const perform = (name: string, meetingId: string, performing: Partial<Performing> = {}) => {
    const operation = contract.operations.get(name);
    if (!operation || operation.over === 'http') throw new Error(`no operation "${name}" over the socket`);
    return room.perform(operation, { meetingId, timings, ...performing });
  };
  const enter = async (meetingId: string) => (await perform('room.enter', meetingId)).outcome;
  return { room, enter, perform, drops, events, recorded, merged, patience };
}

/** `participant` over one kind of socket. */
export function participantOver(socketClient: SocketClient): typeof participant {
  return (url, options) => participant(url, { ...options, socketClient });
}

/** An address where nothing listens. */
export async function nobody(): Promise<string> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}
