import type { Socket } from 'node:net';
import { sendLine } from './lines.ts';

interface Value {
  made?: unknown;
  /** Slices that asked and have no answer yet; the first one makes the value. */
  wanting: Socket[];
}

/**
 * Values that one slice of a crowd makes for all: the first slice that asks makes the value. If it dies, the next slice
 * makes the value.
 */
export class SharedValues {
  readonly #values = new Map<string, Value>();

  /** The value, or undefined until a slice has made it. */
  get(key: string): unknown {
    return this.#values.get(key)?.made;
  }

  wanted(key: string, by: Socket): void {
    const value = this.#values.get(key);
    if (value === undefined) {
      this.#values.set(key, { wanting: [by] });
      sendLine(by, { type: 'make', key });
    } else if ('made' in value) {
      sendLine(by, { type: 'made', key, value: value.made });
    } else {
      value.wanting.push(by);
    }
  }

  made(key: string, made: unknown): void {
    const wanting = this.#values.get(key)?.wanting ?? [];
    this.#values.set(key, { made, wanting: [] });
    for (const socket of wanting) sendLine(socket, { type: 'made', key, value: made });
  }

  /** Reports the failure to all that wait; a slice that asks later makes the value again. */
  notMade(key: string, reason: string): void {
    for (const socket of this.#values.get(key)?.wanting ?? []) {
      sendLine(socket, { type: 'not made', key, reason });
    }
    this.#values.delete(key);
  }

  left(gone: Socket): void {
    for (const [key, value] of this.#values) {
      const wasMaker = value.wanting[0] === gone;
      value.wanting = value.wanting.filter((socket) => socket !== gone);
      if (!wasMaker) continue;
      const [next] = value.wanting;
      if (next) sendLine(next, { type: 'make', key });
      else this.#values.delete(key);
    }
  }
}
