import { headOverflow, notHttp } from './response-head.ts';

/** In bytes: the limit of a chunk-size line with its extensions, and of all trailers together. */
const LONGEST = 16_384;
const TRAILER = /^[!#$%&'*+\-.^_`|~\w]+:[\t\x20-\x7e\x80-\xff]*$/;
const CR = 13;
const LF = 10;

/** Reads a chunked body (RFC 9112, 7.1), however the reads split it. */
export class ChunkReader {
  #state: 'size' | 'data' | 'end of data' | 'trailer' | 'over' = 'size';
  #left = 0;
  #line = '';
  #trailers = 0;

  get isOver(): boolean {
    return this.#state === 'over';
  }

  /**
   * Passes the data of chunks to `data`, as views.
   * @returns the position after the body when it is over, otherwise `end`
   * @throws {Error} if the bytes are not valid chunks
   */
  read(bytes: Buffer, from: number, end: number, data: (chunk: Buffer) => void): number {
    let at = from;
    while (at < end && this.#state !== 'over') {
      if (this.#state === 'data') {
        const stop = Math.min(end, at + this.#left);
        data(bytes.subarray(at, stop));
        this.#left -= stop - at;
        at = stop;
        if (this.#left === 0) this.#state = 'end of data';
        continue;
      }
      const feed = bytes.indexOf(LF, at);
      const stop = feed < 0 || feed >= end ? end : feed + 1;
      this.#line += bytes.toString('latin1', at, stop);
      at = stop;
      if (this.#trailers + this.#line.length > LONGEST) throw headOverflow();
      if (!this.#line.endsWith('\n')) break;
      if (this.#line.charCodeAt(this.#line.length - 2) !== CR)
        throw notHttp('HPE_CR_EXPECTED', 'Missing expected CR before LF');
      const line = this.#line.slice(0, -2);
      this.#line = '';
      this.#lineOver(line);
    }
    return at;
  }

  #lineOver(line: string): void {
    if (this.#state === 'end of data') {
      if (line !== '') throw notHttp('HPE_STRICT', 'Expected LF after chunk data');
      this.#state = 'size';
    } else if (this.#state === 'trailer') {
      this.#trailers += line.length + 2;
      if (line === '') this.#state = 'over';
      else if (!TRAILER.test(line)) throw notHttp('HPE_INVALID_HEADER_TOKEN', 'Invalid header token');
    } else {
      const size = /^([\da-f]{1,12})(?:;[\t\x20-\x7e\x80-\xff]*)?$/i.exec(line)?.[1];
      if (size === undefined) throw notHttp('HPE_INVALID_CHUNK_SIZE', 'Invalid character in chunk size');
      this.#left = Number.parseInt(size, 16);
      this.#state = this.#left === 0 ? 'trailer' : 'data';
    }
  }
}
