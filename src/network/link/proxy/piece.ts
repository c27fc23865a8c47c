import type { Socket } from 'node:net';

/** The end of one direction of a connection. It travels in order after the bytes. */
export type Ending = 'fin' | 'rst';

/** A piece of a stream; under loss, one TCP segment. Times are in ms of the clock. */
export interface Piece {
  readonly data: Buffer | Ending;
  readonly bytes: number;
  readonly sequence: number;
  readonly arrivedAt: number;
  /** The time since which it could have been sent; later than `arrivedAt` if it arrived during the handshake. */
  readyAt: number;
  sentAt: number;
  /** The time at which it reaches the other end; Infinity while it is lost. */
  dueAt: number;
  /** For a lost piece: the time at which it is sent again, and the number of timeouts so far. */
  retryAt: number;
  timeouts: number;
  /** For a lost piece: the number of later pieces that arrived, and whether they cause a fast retransmission. */
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

/** Ends a connection by RST. Written bytes that were not sent yet are lost. */
export function reset(socket: Socket): void {
  // libuv refuses a reset while the end of the stream is being sent.
  const isEnding = socket.writableEnded && !socket.writableFinished;
  if (isEnding || socket.pending) socket.destroy();
  else socket.resetAndDestroy();
}
