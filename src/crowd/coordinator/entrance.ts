import { createHash, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';

/** A share says hello in the same moment in which it connects; this is for a machine that is very busy. */
const GREET_WITHIN_MS = 30_000;

/** Of a hello: token, crowd and share take a few hundred characters. */
const GREETING_CHARACTERS = 4096;

/** Of a share whose process is known: the longest report is that of a long run with many operations, some MB. */
const MEMBER_CHARACTERS = 256 * 1024 * 1024;

/**
 * Connections that have not said hello, at a time. Far more than a machine has workers, so that a share that just came is
 * not the oldest one when many others come in the same moment.
 */
export const MOST_STRANGERS = 256;

/**
 * The connections that have not shown the token yet. Any process of the machine can connect, so they get little memory
 * and little time, and when they are too many, the oldest one goes: a share has said hello by then.
 */
export class Entrance {
  readonly #token: Buffer;
  readonly #greetWithinMs: number;
  /** In the order in which they came, each with the end of its time. */
  readonly #strangers = new Map<Socket, NodeJS.Timeout>();

  constructor(token: string, greetWithinMs = GREET_WITHIN_MS) {
    this.#greetWithinMs = greetWithinMs;
    this.#token = digest(token);
  }

  add(socket: Socket): void {
    const [oldest] = this.#strangers.keys();
    if (oldest && this.#strangers.size >= MOST_STRANGERS) this.#refuse(oldest);
    this.#strangers.set(socket, setTimeout(() => this.#refuse(socket), this.#greetWithinMs).unref());
    socket.once('close', () => this.#forget(socket));
  }

  /** Whether this is the token. The connection is no stranger any more, or it is ended. */
  admits(socket: Socket, token: unknown): boolean {
    // Equal lengths, and a time that says nothing about how much of it was right.
    const isRight = typeof token === 'string' && timingSafeEqual(digest(token), this.#token);
    if (isRight) this.#forget(socket);
    else this.#refuse(socket);
    return isRight;
  }

  /** How long a line of this connection may be. */
  mostCharacters(socket: Socket): number {
    return this.#strangers.has(socket) ? GREETING_CHARACTERS : MEMBER_CHARACTERS;
  }

  #refuse(socket: Socket): void {
    this.#forget(socket);
    socket.destroy();
  }

  #forget(socket: Socket): void {
    clearTimeout(this.#strangers.get(socket));
    this.#strangers.delete(socket);
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
