/**
 * A bound on how often something may happen: `burst` times at once, and `perSecond` in the long run.
 * @returns a function that says whether it may happen now, and counts it
 */
export function allowance(options: { burst: number; perSecond: number; now?: () => number }): () => boolean {
  const { burst, perSecond, now = () => performance.now() } = options;
  let left = burst;
  let at = now();
  return () => {
    const elapsedS = (now() - at) / 1000;
    at = now();
    left = Math.min(burst, left + elapsedS * perSecond);
    if (left < 1) return false;
    left--;
    return true;
  };
}
