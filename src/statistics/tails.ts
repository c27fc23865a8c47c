import { errorFunction, gammaln } from 'simple-statistics';

/** The chance that a standard normal value is above `z`. `simple-statistics` has a table that ends at 0.001. */
export function normalTail(z: number): number {
  return (1 - errorFunction(z / Math.SQRT2)) / 2;
}

/** The chance that a value of Student's distribution is above `t`. */
export function studentTail(t: number, degreesOfFreedom: number): number {
  if (t === Number.POSITIVE_INFINITY) return 0;
  const beyond = incompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5) / 2;
  return t > 0 ? beyond : 1 - beyond;
}

const SMALLEST = 1e-300;

/**
 * The regularised incomplete beta function, by its continued fraction (DLMF 8.17.22), evaluated with Lentz's method as
 * modified by Thompson and Barnett.
 */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast on this side only.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front =
    Math.exp(gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log(1 - x)) / a;
  const awayFromZero = (value: number) => (Math.abs(value) < SMALLEST ? SMALLEST : value);
  let fraction = 1;
  let c = 1;
  let d = 0;
  for (let step = 0; step <= 300; step++) {
    const m = Math.floor(step / 2);
    let numerator = 1;
    if (step > 0 && step % 2 === 0) numerator = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    if (step % 2 === 1) numerator = -((a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + numerator * d);
    c = awayFromZero(1 + numerator / c);
    fraction *= c * d;
    if (Math.abs(1 - c * d) < 1e-14) break;
  }
  return front * (fraction - 1);
}
