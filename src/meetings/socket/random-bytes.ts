import { randomFillSync } from 'node:crypto';

/** A system call costs more than a small message. As in `ws`, one call reads the bytes for many messages. */
const pool = Buffer.alloc(8192);
let used = pool.length;

/** The offset of unused bytes in the pool. */
function take(count: number): number {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += count;
  return used - count;
}

/** A view that is valid until the next call. */
export function randomBytes(count: number): Buffer {
  const at = take(count);
  return pool.subarray(at, at + count);
}

/** The four bytes of a mask as one number. */
export function randomMask(): number {
  return pool.readInt32BE(take(4));
}
