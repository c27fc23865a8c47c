import fc from 'fast-check';

/** Characters and numbers that parsers understand differently from people. */
const odd = [
  '\0',
  '\ufeff',
  '\u00a0',
  '\u202e',
  '\ud800',
  '٣',
  '≤',
  '１',
  '\r',
  '\t',
  '"',
  "'",
  '`',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '#',
  '-',
  '&a',
  '*a',
  '!!binary',
  '%',
  '$',
  '$' + '{',
  '=',
  ';',
  '..',
  '../',
  '<',
  '>',
  '1e999',
  '-1',
  '0x10',
  'NaN',
  'Infinity',
  'null',
  'true',
  '99999999999999999999',
  '0.1.2',
  '__proto__',
  'constructor',
  'toString',
];

/** Any text, mostly of special characters. */
export const oddText = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .array(fc.oneof(fc.constantFrom(...odd), fc.string({ maxLength: 5 })), { maxLength: 6 })
      .map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...odd), fc.nat(3000)).map(([text, times]) => text.repeat(times)),
  },
);

const edit = fc.record({
  kind: fc.constantFrom('insert', 'delete', 'repeat', 'truncate', 'flip'),
  /** The position and the length, as parts of the whole. */
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  part: fc.double({ min: 0, max: 0.2, noNaN: true }),
  text: oddText,
  bit: fc.nat(7),
});

/** A valid text after some changes. */
export function mutatedText(texts: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 3 }))
    .map(([text, edits]) =>
      edits.reduce((whole, { kind, at, part, text: inserted, bit }) => {
        const from = Math.floor(at * whole.length);
        const to = Math.min(whole.length, from + 1 + Math.floor(part * whole.length));
        const [before, middle, after] = [whole.slice(0, from), whole.slice(from, to), whole.slice(to)];
        const flipped = String.fromCharCode((middle.charCodeAt(0) || 0) ^ (1 << bit)) + middle.slice(1);
        const now = {
          insert: inserted + middle,
          delete: '',
          repeat: middle + middle,
          truncate: '',
          flip: flipped,
        };
        return before + now[kind] + (kind === 'truncate' ? '' : after);
      }, text),
    );
}

const encodings: ((text: string) => Buffer)[] = [
  (text) => Buffer.from(text),
  (text) => Buffer.from(text),
  (text) => Buffer.from(`\ufeff${text}`),
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  (text) => Buffer.from(text, 'utf16le'),
  (text) => Buffer.from(text, 'latin1'),
];

/** The same in a valid or invalid encoding. */
export function mutatedBytes(texts: readonly string[]): fc.Arbitrary<Buffer> {
  return fc.tuple(mutatedText(texts), fc.constantFrom(...encodings)).map(([text, encode]) => encode(text));
}

const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    true,
    0,
    -1,
    1e308,
    2 ** 53,
    0.1,
    '',
    'x',
    [],
    {},
    [null],
    { a: null },
    '2026-02-30T25:00:00Z',
  ),
  oddText,
  fc.jsonValue({ maxDepth: 2 }),
);

/** Valid JSON with some values of another type, removed, or under another name. */
export function mutatedJson(value: unknown): fc.Arbitrary<unknown> {
  const places = placesIn(value);
  const change = fc.record({
    place: fc.constantFrom(...places),
    kind: fc.constantFrom('replace', 'remove', 'rename'),
    value: oddValue,
    name: oddText,
  });
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    let whole = structuredClone(value);
    for (const { place, kind, value: put, name } of changes) {
      const key = place.at(-1);
      if (key === undefined) {
        if (kind === 'replace') whole = structuredClone(put);
        continue;
      }
      const around = place
        .slice(0, -1)
        .reduce<unknown>((inside, step) => (isHolder(inside) ? inside[step] : undefined), whole);
      if (!isHolder(around)) continue;
      const before = around[key];
      if (kind === 'replace') around[key] = structuredClone(put);
      else {
        if (Array.isArray(around)) around.splice(Number(key), 1);
        else delete around[key];
        if (kind === 'rename' && name !== '__proto__') around[name] = before;
      }
    }
    return whole;
  });
}

type Holder = Record<string | number, unknown>;

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null;
}

function placesIn(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (!isHolder(value)) return [path];
  return [path, ...Object.keys(value).flatMap((key) => placesIn(value[key], [...path, key]))];
}
