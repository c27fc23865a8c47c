/** The chance of at least `least` successes in `trials`, each with the chance `p`. */
export function binomialTail(trials: number, p: number, least: number): number {
  if (least <= 0) return 1;
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  let sum = 0;
  // Logarithm of the term for k successes, from one k to the next: the terms themselves would underflow.
  let term = trials * Math.log(1 - p);
  for (let k = 0; k <= trials; k++) {
    if (k >= least) sum += Math.exp(term);
    term += Math.log((trials - k) / (k + 1)) + Math.log(p / (1 - p));
  }
  return Math.min(1, sum);
}
