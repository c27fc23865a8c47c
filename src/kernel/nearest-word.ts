import { closestMatch } from 'leven';

/** The known word that is meant by one that is not known, or undefined where none is near. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  // The distance grows with the product of the lengths, and no word is that long.
  if (word.length > 100) return undefined;
  return closestMatch(word, [...known], { maxDistance: Math.max(2, Math.ceil(word.length / 3)) });
}

/** What to write instead: the nearest known word, or all of them. */
export function wordHint(word: string, known: readonly string[]): string {
  const meant = nearestWord(word, known);
  return meant === undefined ? `Use one of: ${known.join(', ')}.` : `Did you mean "${meant}"?`;
}
