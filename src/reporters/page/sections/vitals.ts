interface Vital {
  readonly title: string;
  /** P75 up to which it is good, and up to which it only needs improvement. */
  readonly good: number;
  readonly fair: number;
}

/** The web vitals with the bounds that web.dev gives for the 75th percentile (web.dev/articles/vitals), 2026. */
export const vitals: Readonly<Record<string, Vital>> = {
  'page.ttfb': { title: 'time to first byte', good: 800, fair: 1800 },
  'page.lcp': { title: 'largest contentful paint', good: 2500, fair: 4000 },
  'page.inp': { title: 'interaction to next paint', good: 200, fair: 500 },
  'page.cls': { title: 'cumulative layout shift', good: 0.1, fair: 0.25 },
};

export function ratingOf(
  name: string,
  p75: number | null,
): 'good' | 'needs improvement' | 'poor' | undefined {
  const vital = vitals[name];
  if (vital === undefined || p75 === null) return undefined;
  return p75 <= vital.good ? 'good' : p75 <= vital.fair ? 'needs improvement' : 'poor';
}
