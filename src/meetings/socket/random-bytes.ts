import { randomFillSync } from 'node:crypto';

/** A system call costs more than a small message. As in `ws`, one call reads the bytes for many messages. */
const pool = Buffer.alloc(8192);
let used = pool.length;

/** A view that is valid until the next call. */
export function randomBytes(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}

/** The four bytes of a mask as one number. */
export function randomMask(): number {
  if (used + 4 > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 4;
  return pool.readInt32BE(used - 4);
}
