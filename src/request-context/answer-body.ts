import { TOO_LARGE } from './failure.ts';
import { type FailedCall, RequestError } from './request-error.ts';

/** In decompressed bytes. No answer of a meetings service is larger, and an answer must not fill the memory. */
export const LARGEST_ANSWER = 10_000_000;

export function tooLarge({ method, path }: Pick<FailedCall, 'method' | 'path'>): RequestError {
  const reason = `the answer is over ${LARGEST_ANSWER / 1_000_000} MB`;
  return new RequestError({ method, path, code: TOO_LARGE, reason });
}

/** Parts are joined at this number. Nearly all answers have fewer. */
const MOST_PARTS = 64;

/**
 * The body of an answer while it arrives. A service may send it in parts of one byte, and each separate part costs about
 * 100 bytes, so parts are joined.
 */
export class AnswerBody {
  /** In bytes. */
  size = 0;
  #parts: Buffer[] = [];
  /** The joined parts, with room for more at the end. */
  #joined = NOTHING;
  #joinedSize = 0;

  /** @param part is kept, so the caller must copy bytes that may be overwritten */
  add(part: Buffer): void {
    this.size += part.length;
    this.#parts.push(part);
    if (this.#parts.length === MOST_PARTS) this.#join();
  }

  bytes(): Buffer {
    if (this.#joinedSize === 0 && this.#parts.length <= 1) return this.#parts[0] ?? NOTHING;
    this.#join();
    return this.#joined.subarray(0, this.#joinedSize);
  }

  #join(): void {
    if (this.#joined.length < this.size) {
      const larger = Buffer.allocUnsafe(2 * this.size);
      this.#joined.copy(larger, 0, 0, this.#joinedSize);
      this.#joined = larger;
    }
    for (const part of this.#parts) {
      part.copy(this.#joined, this.#joinedSize);
      this.#joinedSize += part.length;
    }
    this.#parts = [];
  }
}

const NOTHING = Buffer.alloc(0);
