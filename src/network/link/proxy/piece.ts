import type { Socket } from 'node:net';

/** How a direction of a connection ends: in order after its bytes, as they travel. */
export type Ending = 'fin' | 'rst';

/** A piece of a stream on its way; under loss, one TCP segment. Times in ms of the clock. */
export interface Piece {
  readonly data: Buffer | Ending;
  readonly bytes: number;
  readonly sequence: number;
  readonly arrivedAt: number;
  /** Since when it could have been sent: later than it arrived when it came during the handshake. */
  readyAt: number;
  sentAt: number;
  /** When it gets to the other end; Infinity while it is lost. */
  dueAt: number;
  /** For a lost piece: when it is sent again, and the number of timeouts so far. */
  retryAt: number;
  timeouts: number;
  /** The number of later pieces that got through since it was lost, and whether they cause a fast retransmission. */
  laterOnes: number;
  isMissed: boolean;
}

export function newPiece(data: Buffer | Ending, sequence: number, now: number): Piece {
  return {
    data,
    bytes: typeof data === 'string' ? 0 : data.length,
    sequence,
    arrivedAt: now,
    readyAt: now,
    sentAt: now,
    dueAt: now,
    retryAt: Number.POSITIVE_INFINITY,
    timeouts: 0,
    laterOnes: 0,
    isMissed: false,
  };
}

/** Ends a connection by RST. Bytes that were written and not yet sent are lost. */
export function reset(socket: Socket): void {
  // While the end of a stream is on its way, libuv refuses to reset it.
  const isEnding = socket.writableEnded && !socket.writableFinished;
  if (isEnding || socket.pending) socket.destroy();
  else socket.resetAndDestroy();
}
