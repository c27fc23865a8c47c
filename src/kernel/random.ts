/** Uniform numbers in [0, 1); the same seed gives the same sequence on every machine. */
export type Random = () => number;

/**
 * A seeded generator (sfc32, Chris Doty-Humphrey's PractRand; the key is hashed by FNV-1a and the first rounds
 * are dropped). `key` separates independent streams of one seed: `seeded(seed, 'participant', 17)`.
 */
export function seeded(...key: readonly (string | number)[]): Random {
  const text = key.join('\u0000');
  let [a, b, c, d] = [fnv1a(text, 1), fnv1a(text, 2), fnv1a(text, 3), 1] as [number, number, number, number];
  const next = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 0x1_0000_0000;
  };
  for (let round = 0; round < 15; round++) next();
  return next;
}

function fnv1a(text: string, salt: number): number {
  let hash = Math.imul(0x811c9dc5 ^ salt, 0x01000193);
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash | 0;
}
