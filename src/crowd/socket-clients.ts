import type { Contract } from '../meetings/contract/contract.ts';
import { whyNotWire } from '../meetings/socket/open-socket.ts';
import type { SocketClient } from '../meetings/socket/room-socket.ts';

/**
 * In a crowd with wire sockets, every Nth participant uses socket.io-client as a control sample: both clients must
 * agree.
 */
const REAL_EVERY = 50;

/** Which Socket.IO client the participants of a crowd have. */
export interface SocketClients {
  /** `number`: the number of the participant in the whole crowd. */
  of(number: number): SocketClient;
  /** A sentence for reports; undefined if the service has no Socket.IO. */
  readonly sentence: string | undefined;
}

export function socketClients(wanted: SocketClient, { socket }: Pick<Contract, 'socket'>): SocketClients {
  const real = 'Sockets: socket.io-client';
  if (!socket) return { of: () => wanted, sentence: undefined };
  if (wanted === 'socket.io') return { of: () => wanted, sentence: `${real}.` };
  const reason = whyNotWire(socket);
  if (reason !== undefined) return { of: () => 'socket.io', sentence: `${real}, because ${reason}.` };
  return {
    // The last of each 50 participants, so that a crowd of fewer than 50 has only wire sockets.
    of: (number) => (number % REAL_EVERY === REAL_EVERY - 1 ? 'socket.io' : 'wire'),
    sentence: `Sockets: the wire client; every ${REAL_EVERY}th participant uses socket.io-client.`,
  };
}
