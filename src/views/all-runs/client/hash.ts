/** What the address of the page says after `#`: the filter, and the compared runs. */
export interface Shown {
  readonly q: string;
  readonly phase: string;
  readonly verdict: string;
  /** The compared runs, the earlier one first; empty while the list is shown. */
  readonly compare: readonly string[];
}

export function readHash(hash: string): Shown {
  const read = new URLSearchParams(hash.replace(/^#/, ''));
  const ids = (read.get('compare') ?? '').split(',').filter((id) => id !== '');
  return {
    q: read.get('q') ?? '',
    phase: read.get('phase') ?? '',
    verdict: read.get('verdict') ?? '',
    compare: ids.length === 2 ? ids : [],
  };
}

/** The same as a hash; empty for a page without a filter. */
export function hashOf({ q, phase, verdict, compare }: Shown): string {
  const written = new URLSearchParams();
  for (const [name, value] of Object.entries({ q, phase, verdict }))
    if (value !== '') written.set(name, value);
  if (compare.length > 0) written.set('compare', compare.join(','));
  const text = written.toString().replaceAll('%2C', ',');
  return text === '' ? '' : `#${text}`;
}
