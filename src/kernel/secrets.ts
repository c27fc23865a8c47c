import { escapeMarkdown, jsonInScript } from './outside-text.ts';

/** A shorter value is not a secret, and appears in many other texts. */
const SHORTEST = 4;
/** A word of letters or a number up to this length also appears in unrelated texts. */
const LONGEST_WORD = 16;
/** A value with at least this number of letters and digits is no part of the markup of a report. */
const FEWEST_LETTERS = 4;

/** JSON Web Tokens, also with underscores that Markdown escapes, and the value after "Bearer". */
const jwt = /eyJ(?:[\w-]|\\[_-]){6,}\.(?:[\w-]|\\[_-]){6,}\.(?:[\w-]|\\[_-])*/g;
const bearer = /(bearer\s+)(?:[\w.~+/-]|\\_){16,}=*/gi;

/** Not inside another word. The last letter of an escape (`\n`, `\u0022`, `%22`) is not a letter of the word. */
const WORD_BEGINS = '(?:(?<![\\p{L}\\p{N}])|(?<=\\\\[nrtbf])|(?<=\\\\u[\\da-fA-F]{4})|(?<=%[\\da-fA-F]{2}))';
const WORD_ENDS = '(?![\\p{L}\\p{N}])';

const inJson = (text: string) => JSON.stringify(text).slice(1, -1);

const namedInHtml: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** How services repeat a value that they received, and how reports write it. Most values look the same in all spellings. */
const spellings: readonly ((text: string) => string)[] = [
  (text) => text,
  inJson,
  (text) => inJson(inJson(text)),
  // The JSON of Go, and of reports within a script, escapes characters of HTML.
  (text) => jsonInScript(text).slice(1, -1),
  // The JSON of Python, and of PHP, which also escapes slashes.
  (text) => inAscii(inJson(text)),
  (text) => inAscii(inJson(text)).replaceAll('/', '\\/'),
  (text) => text.replace(/[&<>"']/g, (one) => namedInHtml[one]!),
  numberedInHtml,
  escapeMarkdown,
  inAddress,
  // An address inside an address, as after a redirect to a login.
  (text) => inAddress(inAddress(text)),
  // The body of a form.
  (text) => new URLSearchParams([['', text]]).toString().slice(1),
];

/** The buffer replaces a lone surrogate, which cannot be encoded in a URL. */
function inAddress(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}

function inAscii(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function numberedInHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (one) => `&#${one.charCodeAt(0)};`);
}

interface Hidden {
  readonly secret: string;
  readonly spelled: readonly string[];
  readonly pattern: RegExp;
  /** No text of the harness contains it by chance, so it is also redacted in finished files. */
  readonly isUnmistakable: boolean;
}

/** Longest first, because a shorter secret may be part of a longer one. */
let hidden: readonly Hidden[] = [];

/** Redacts a value in this process from now on. The returned function stops this. */
export function hideSecret(secret: string): () => void {
  if (secret.length < SHORTEST || hidden.some((one) => one.secret === secret)) return () => undefined;
  const isUnmistakable = !isCommon(secret);
  const spelled = [...new Set(spellings.map((spell) => spell(secret)))].sort(longestFirst);
  const any = spelled.map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|');
  const pattern = new RegExp(isUnmistakable ? any : `${WORD_BEGINS}(?:${any})${WORD_ENDS}`, 'gu');
  const added: Hidden = { secret, spelled, pattern, isUnmistakable };
  hidden = [...hidden, added].sort((one, other) => longestFirst(one.secret, other.secret));
  return () => {
    hidden = hidden.filter((one) => one !== added);
  };
}

function longestFirst(one: string, other: string): number {
  return other.length - one.length;
}

/** Whether texts of the harness may contain it too: `secret`, `load`, `123456`, `----`. */
function isCommon(secret: string): boolean {
  const letters = secret.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  return (
    secret.length < 6 ||
    letters < FEWEST_LETTERS ||
    (secret.length <= LONGEST_WORD && /^(?:\p{L}+|\p{N}+)$/u.test(secret))
  );
}

/**
 * Redacts each hidden secret and each token in a foreign text, at its entry into the harness. Do not use it on sentences of
 * the harness: if a secret is an ordinary word, its place in a known sentence would reveal it.
 */
export function withoutSecrets(text: string): string {
  return redacted(text, hidden);
}

/** Redacts each text in a foreign value, also names of properties. */
export function withoutSecretsIn<Value>(value: Value): Value {
  return mapTexts(value, withoutSecrets) as Value;
}

/**
 * Checks a finished text of any format before it is written or printed: redacts secrets that were not redacted at their
 * entry. Secrets that are ordinary words stay, because they look like words of the harness.
 */
export function lastLook(text: string): string {
  return redacted(
    text,
    hidden.filter(({ isUnmistakable }) => isUnmistakable),
  );
}

function redacted(text: string, secrets: readonly Hidden[]): string {
  let shown = text;
  for (const { pattern, spelled } of secrets)
    if (spelled.some((one) => shown.includes(one))) shown = shown.replace(pattern, unlessPlaceholder);
  // Complete JSON Web Tokens first, because one may follow "Bearer".
  return shown.replace(jwt, '[token]').replace(bearer, '$1[token]');
}

/** A text may be redacted twice, and a secret may be the word `secret`. */
function unlessPlaceholder(found: string, at: number, whole: string): string {
  const around = whole.slice(Math.max(0, at - 1), at + found.length + 1);
  return around === '[secret]' || around === '[token]' ? found : '[secret]';
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, map));
  if (typeof value !== 'object' || value === null) return value;
  if ('toJSON' in value && typeof value.toJSON === 'function') return mapTexts(value.toJSON(), map);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [map(name), mapTexts(one, map)]));
}
