/** Chooses by weights, with a number from 0 to 1; undefined without options. */
export function weightedChoice<Option>(
  options: readonly (readonly [Option, number])[],
  random: number,
): Option | undefined {
  const total = options.reduce((sum, [, weight]) => sum + weight, 0);
  let below = 0;
  for (const [option, weight] of options) {
    below += weight;
    if (random < below / total) return option;
  }
  return undefined;
}
