import { closestMatch } from 'leven';
import { nearestWord } from '../kernel/errors.ts';
import { guide } from '../kernel/folders.ts';
import type { Written } from './read-settings.ts';
import { schema } from './schema.ts';
import { serviceSettings } from './service-settings.ts';

const known: readonly string[] = [...new Set([...Object.keys(schema), ...serviceSettings])];

/**
 * Names that other programs use too, or nearly. A near name in the environment is a mistake only if its value has the form
 * of this setting; otherwise it is a warning.
 */
const shared: Readonly<Record<string, RegExp | undefined>> = {
  TARGETS: /[<>≤≥]/,
  SCHEDULE: /\d\s*(s|m|h|ms|\/s|users?)\b|\.\./i,
  JOURNEY: /attend-meeting|\.[cm]?[jt]s\b/,
  CONTRACT: /\.(ya?ml|[cm]?ts)$/,
  SEED: /^\d+$/,
  ...Object.fromEntries(
    [
      'DATABASE_URL DATABASE_SERVER_URL DATABASE_POOL_SIZE LOG_LEVEL JWT_SECRET SERVICE_HOST SERVICE_PORT',
      'SERVICE_CA SERVICE_OWNER SERVICE_STYLE START_AT REQUEST_TIMEOUT_MS PING_INTERVAL_MS PING_TIMEOUT_MS',
      'OTEL_EXPORTER_OTLP_ENDPOINT OTEL_EXPORTER_OTLP_HEADERS CHROMIUM_PATH',
    ]
      .flatMap((line) => line.split(' '))
      .map((name) => [name, undefined]),
  ),
};

/** Names under which other load generators know a setting. They may also belong to other programs. */
const otherNames: Readonly<Record<string, string>> = {
  USERS: 'CONCURRENT_USERS',
  VUS: 'CONCURRENT_USERS',
  NUM_USERS: 'CONCURRENT_USERS',
  MAX_USERS: 'CONCURRENT_USERS',
  DURATION: 'TEST_DURATION',
  THRESHOLDS: 'TARGETS',
};

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

/** The names in the environment that are nearly settings: those that are clearly meant for this harness, and others. */
export interface Slips {
  readonly mistakes: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * The environment has many names of other programs. A near name is a mistake if no other program is likely to have it;
 * it is only a warning if the setting that it misspells is set too.
 * @param file the names in `.env`
 */
export function variableSlips(variables: Written, file: Written = {}): Slips {
  const all = { ...file, ...variables };
  const ignored = (all.IGNORED_VARIABLES ?? '').split(',').map((name) => name.trim());
  const [mistakes, warnings]: [string[], string[]] = [[], []];
  for (const [name, value = ''] of Object.entries(variables)) {
    if (ignored.includes(name)) continue;
    const meant = settingLike(name) ?? otherNames[name];
    if (meant === undefined) continue;
    const isSet = all[meant] !== undefined;
    const isClear = name in otherNames ? false : !(meant in shared) || shared[meant]?.test(value.trim());
    if (isClear && !isSet)
      mistakes.push(
        `Environment variable ${name} is not known. Did you mean ${meant}? If it belongs to another program, set IGNORED_VARIABLES=${name}.`,
      );
    else if (isClear || !isSet)
      warnings.push(`Warning: environment variable ${name} is not a setting. Did you mean ${meant}?`);
  }
  return { mistakes, warnings };
}

/**
 * A warning for each name in `.env` that nothing reads. Names that are nearly settings are mistakes, which are reported
 * elsewhere.
 * @param isRead whether something else, such as the contract, reads a name
 */
export function unknownNames(file: Written, isRead: (name: string) => boolean): string[] {
  return Object.keys(file)
    .sort()
    .flatMap((name) => {
      if (known.includes(name) || settingLike(name) !== undefined || isRead(name)) return [];
      const meant = otherNames[name] ?? nearestWord(name.toUpperCase(), known);
      const hint =
        meant === undefined ? `Remove it, or see ${guide('docs/settings.md')}.` : `Did you mean ${meant}?`;
      return [`Warning: .env: ${name} is not a setting, and nothing reads it. ${hint}`];
    });
}

/** The setting that a name misspells; undefined for settings themselves, and for foreign names. */
export function settingLike(written: string): string | undefined {
  if (known.includes(written) || written.length > 50) return undefined;
  // Users may expect the name of the harness before each setting.
  const name = written.replace(/^FULLHOUSE_/i, '');
  if (name !== written && known.includes(name)) return name;
  const plain = plainName(name);
  const sameButForm = known.find((one) => plainName(one) === plain || wordsOf(one) === wordsOf(name));
  if (sameButForm !== undefined) return sameButForm;
  // `CI_TEST_DURATION` holds a setting as whole words: another program, or the script of a CI job, named it on purpose.
  const others = known.filter((one) => !`_${name.toUpperCase()}_`.includes(`_${one}_`));
  const meant = closestMatch(plain, others.map(plainName), { maxDistance: slips(name) });
  return known.find((one) => plainName(one) === meant);
}

/** Without the most common mistakes: case, the marks between words, and the unit at the end. */
function plainName(name: string): string {
  return name
    .toUpperCase()
    .replaceAll('-', '_')
    .replace(/_(MS|MILLISECONDS|S|SEC|SECONDS)$/, '')
    .replaceAll('_', '');
}

/** The words of a name with several words, in one order: `USERS_CONCURRENT` has those of `CONCURRENT_USERS`. */
function wordsOf(name: string): string {
  return name.toUpperCase().split(/[-_]/).sort().join('_');
}

/** The number of letters that may be wrong. Short names are similar to many unrelated words. */
function slips(name: string): number {
  if (name.length < 5) return 0;
  return name.length < 12 ? 1 : 2;
}
