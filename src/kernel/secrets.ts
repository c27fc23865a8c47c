import { anySpelling } from './spelling.ts';

/** A shorter one is guessed at once, and stands in every other text. */
const SHORTEST = 4;
/** A word of letters, or a number, up to this length stands in texts that have nothing to do with it. */
const LONGEST_WORD = 16;
/** So many letters and digits at least make a secret that is no part of anybody's markup. */
const FEWEST_LETTERS = 4;

/** JSON Web Tokens, also where their underscores are escaped, and whatever stands behind "Bearer". */
const jwt = /\beyJ(?:[\w-]|\\[_-]){6,}\.(?:[\w-]|\\[_-]){6,}\.(?:[\w-]|\\[_-])*/g;
const bearer = /\b(bearer\s+)(?:[\w.~+/-]|\\_){16,}=*/gi;

interface Hidden {
  readonly secret: string;
  readonly pattern: RegExp;
  /** Nothing of ours holds it by chance: it is found in whatever was written, by whomever. */
  readonly isUnmistakable: boolean;
  /** Letters and digits of it that stand together. */
  readonly run: string;
}

/** The longest first: a shorter one may be a part of it. */
let hidden: readonly Hidden[] = [];

/** From now on this process leaves the value out; the function that it answers ends that. */
export function hideSecret(secret: string): () => void {
  if (secret.length < SHORTEST || hidden.some((one) => one.secret === secret)) return () => undefined;
  const isUnmistakable = !isCommon(secret);
  const source = anySpelling(secret);
  const pattern = new RegExp(isUnmistakable ? source : `${WORD_BEGINS}(?:${source})${WORD_ENDS}`, 'gu');
  const run = longestRun(secret);
  const added: Hidden = { secret, pattern, isUnmistakable, run };
  hidden = [...hidden, added].sort((one, other) => other.secret.length - one.secret.length);
  return () => {
    hidden = hidden.filter((one) => one !== added);
  };
}

/** Begins each other spelling of a letter or digit: without it, they stand in a text as they are. */
const SPELLS_LETTERS = /[\\%&]/;

function longestRun(secret: string): string {
  return (secret.match(/[\p{L}\p{N}]+/gu) ?? []).reduce(
    (longest, run) => (run.length > longest.length ? run : longest),
    '',
  );
}

/** Not within another word; what an escape ends in is no letter of the word. */
const WORD_BEGINS = '(?:(?<![\\p{L}\\p{N}])|(?<=\\\\[nrtbf])|(?<=\\\\u[\\da-fA-F]{4})|(?<=%[\\da-fA-F]{2}))';
const WORD_ENDS = '(?![\\p{L}\\p{N}])';

/** Whether it may stand in our own texts too: `secret`, `load`, `123456`, `----`. */
function isCommon(secret: string): boolean {
  const letters = secret.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  return (
    secret.length < 6 ||
    letters < FEWEST_LETTERS ||
    (secret.length <= LONGEST_WORD && /^(?:\p{L}+|\p{N}+)$/u.test(secret))
  );
}

/**
 * A text from outside, as it enters what we say of a run: without tokens, and without any secret that this process was
 * told of, however it is spelled. What we say ourselves is no such text: where a secret is an ordinary word, its place in
 * a known sentence would give it away.
 */
export function withoutSecrets(text: string): string {
  let shown = text;
  const isSpelled = SPELLS_LETTERS.test(text);
  for (const { pattern, run } of hidden)
    if (isSpelled || shown.includes(run))
      shown = shown.replace(pattern, (found: string, at: number, whole: string) =>
        // What already stands in the place of a secret: a text may come this way twice.
        isPlaceholder(whole.slice(Math.max(0, at - 1), at + found.length + 1)) ? found : '[secret]',
      );
  return withoutTokens(shown);
}

/** The same of each text within a value from outside, names included. */
export function withoutSecretsIn<Value>(value: Value): Value {
  return mapTexts(value, withoutSecrets) as Value;
}

/**
 * The last look at a text that is finished, ours and others' words alike: what is left out at its entrance should not be
 * there any more. Secrets that are ordinary words are not looked for, since nobody can tell them from ours.
 */
export function lastLook(text: string): string {
  let shown = text;
  for (const { pattern, isUnmistakable } of hidden)
    if (isUnmistakable) shown = shown.replace(pattern, '[secret]');
  return withoutTokens(shown);
}

function isPlaceholder(text: string): boolean {
  return text === '[secret]' || text === '[token]';
}

function withoutTokens(text: string): string {
  // Before the words around them: a token is also what follows "Bearer".
  return text.replace(jwt, '[token]').replace(bearer, '$1[token]');
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, map));
  if (typeof value !== 'object' || value === null) return value;
  if ('toJSON' in value && typeof value.toJSON === 'function') return mapTexts(value.toJSON(), map);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [map(name), mapTexts(one, map)]));
}
