import { createHash, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';

/** A slice sends its hello as soon as it connects; this limit allows for a very busy machine. */
const GREET_WITHIN_MS = 30_000;

/** The longest hello: token, crowd and slice take a few hundred characters. */
const GREETING_CHARACTERS = 4096;

/** The longest message of an admitted slice: the report of a long run with many operations has some MB. */
const MEMBER_CHARACTERS = 256 * 1024 * 1024;

/**
 * The most connections without a hello. Far more than a machine has workers, so that a new slice is not the oldest
 * connection when many others arrive at once.
 */
export const MOST_STRANGERS = 256;

/**
 * Connections that have not shown the token yet. Any process of the machine can connect, so they get little memory
 * and little time. When there are too many, the oldest one is closed: a slice has sent its hello by then.
 */
export class Entrance {
  readonly #token: Buffer;
  readonly #greetWithinMs: number;
  /** The connections in order of arrival, each with its deadline. */
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

  /** Checks the token. Admits the connection if the token is right, and closes it otherwise. */
  admits(socket: Socket, token: unknown): boolean {
    // Digests have equal lengths and are compared in constant time: the time must not reveal a part of the token.
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
