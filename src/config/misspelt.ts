import { closestMatch } from 'leven';
import type { Written } from './read-settings.ts';
import { schema } from './schema.ts';
import { serviceSettings } from './service-settings.ts';

const known: readonly string[] = [...new Set([...Object.keys(schema), ...serviceSettings])];

/**
 * A sentence for each name that is nearly that of a setting: it would be ignored without a message.
 * @param where the text before the name
 */
export function misspelt(written: Written, where: string): string[] {
  return Object.keys(written).flatMap((name) => {
    const meant = settingLike(name);
    return meant === undefined ? [] : [`${where}${name} is not known. Did you mean ${meant}?`];
  });
}

/** The setting that a name misspells; undefined for settings themselves, and for foreign names. */
export function settingLike(name: string): string | undefined {
  if (known.includes(name) || name.length > 40) return undefined;
  const plain = plainName(name);
  const sameButForm = known.find((one) => plainName(one) === plain);
  if (sameButForm !== undefined) return sameButForm;
  const meant = closestMatch(plain, known.map(plainName), { maxDistance: slips(plain) });
  return known.find((one) => plainName(one) === meant);
}

/** Without the most common mistakes: case, and the unit at the end. */
function plainName(name: string): string {
  return name
    .toUpperCase()
    .replaceAll('-', '_')
    .replace(/_(MS|MILLISECONDS|S|SEC|SECONDS)$/, '');
}

/** The number of letters that may be wrong. Short names are similar to many unrelated words. */
function slips(name: string): number {
  if (name.length < 5) return 0;
  return name.length < 12 ? 1 : 2;
}
