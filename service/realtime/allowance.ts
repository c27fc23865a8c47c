/**
 * A rate limit: `burst` times at once, and `perSecond` over time.
 * @returns a function that counts an attempt and returns whether it is allowed
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
