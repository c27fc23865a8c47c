import { Environment, ParseError } from '@marcbachmann/cel-js';
import { closestMatch } from 'leven';

/** The variables of an expression, by name. A missing value is "not reported" and never an error. */
export type Values = Readonly<Record<string, unknown>>;

/** Reads a value; undefined if it is missing. */
export type Expression<Result = unknown> = (values: Values) => Result | undefined;

/** Builds a value to send; undefined if a part is missing. */
export type Template = (values: Values) => unknown;

/** An expression as written: CEL, or a function in `contract.ts`. */
export type WrittenExpression = string | ((values: Values) => unknown);

/** The variables for expressions, by their place in the contract. */
export const variables = {
  /** Expressions in a call: in its path, query, headers and body. */
  sent: ['user', 'meeting', 'unique', 'input', 'env'],
  answer: ['status', 'body', 'headers', 'user', 'meeting', 'unique', 'env'],
  /** Expressions that read an event or acknowledgement of a socket. */
  event: ['payload', 'args', 'user', 'meeting', 'unique', 'env'],
  /** Expressions that read one entry of a list in an answer or an event. */
  item: ['item', 'status', 'body', 'headers', 'payload', 'args', 'user', 'meeting', 'unique', 'env'],
  /** Expressions in requests for an identity, and in the credentials of each call. */
  identity: [
    'user',
    'number',
    'row',
    'token',
    'claims',
    'cookies',
    'status',
    'body',
    'headers',
    'socket',
    'env',
  ],
  /** The values that are known before any call. */
  address: ['env'],
} as const satisfies Record<string, readonly string[]>;

export type Place = keyof typeof variables;

/** An expression that cannot be read: `message` states the mistake, `hint` the right word. */
export class ExpressionError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

const environments = new Map<Place, Environment>();

/** CEL does not mix number types: numbers of JSON are doubles, numbers in expressions are integers. */
const arithmetic: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
};

function environmentOf(place: Place): Environment {
  const known = environments.get(place);
  if (known) return known;
  const made = new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true });
  for (const name of variables[place]) made.registerVariable(name, 'dyn');
  for (const [sign, compute] of Object.entries(arithmetic)) {
    made.registerOperator(`double ${sign} int`, (left: number, right: bigint) =>
      compute(left, Number(right)),
    );
    made.registerOperator(`int ${sign} double`, (left: bigint, right: number) =>
      compute(Number(left), right),
    );
  }
  environments.set(place, made);
  return made;
}

/** Compiles an expression once. @throws {ExpressionError} */
export function compileExpression<Result = unknown>(
  written: WrittenExpression,
  place: Place,
): Expression<Result> {
  if (typeof written === 'function') return written as Expression<Result>;
  const environment = environmentOf(place);
  const checked = environment.check(written);
  if (!checked.valid) throw errorOf(written, place, checked.error);
  const evaluate = environment.parse(written);
  return (values) => {
    try {
      return plain(evaluate(values)) as Result;
    } catch {
      return undefined; // a missing path or a value of another type: not reported
    }
  };
}

function errorOf(written: string, place: Place, error: Error | undefined): ExpressionError {
  const summary = summaryOf(error);
  const unknown = /Unknown variable: (\w+)/.exec(summary)?.[1];
  if (unknown !== undefined) {
    const meant = closestMatch(unknown, variables[place], { maxDistance: 2 });
    const known = variables[place].join(', ');
    return new ExpressionError(
      written.trim() === unknown
        ? `"${unknown}" is not known here`
        : `"${written}" reads "${unknown}", which is not known here`,
      meant ? `did you mean "${meant}"?` : `known here: ${known}`,
    );
  }
  const kind = error instanceof ParseError ? 'is not valid CEL' : 'has a type error';
  return new ExpressionError(`"${written}" ${kind}: ${summary}`, meantBy(written));
}

/** Matches operators of other languages, but not fields of a value. */
const WORDS = /(?<![.\w])(?:and|or|not)(?!\w)/i;
const TEXTS = /"[^"]*"|'[^']*'/g;

/** What to write in place of common syntax that is not CEL. */
function meantBy(written: string): string | undefined {
  const [, inside] = /^\s*\$\{(.*)\}\s*$/.exec(written) ?? [];
  if (inside !== undefined) return `write it without \${…}: ${inside.trim()}`;
  if (/\$[a-z]/i.test(written)) return 'write names without $';
  if (/[^=!<>]=[^=]/.test(written)) return 'compare with ==';
  if (WORDS.test(written.replace(TEXTS, ''))) return 'write && for and, || for or, ! for not';
  return undefined;
}

/** The first line of an error: CEL prints the expression below it. */
function summaryOf(error: Error | undefined): string {
  return (error?.message ?? '').split('\n', 1)[0]!;
}

/** Converts the BigInt integers of CEL to numbers. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (!Array.isArray(value)) return value;
  return value.some((one) => typeof one === 'bigint' || Array.isArray(one)) ? value.map(plain) : value;
}

const HOLE = /\$\{([^{}]*)\}/g;

/** The result of a text in which a value is missing: the text without the value, or nothing. */
type Missing = 'empty' | 'omit';

/**
 * Compiles values to send: texts with `${expression}` in them, alone or in lists and objects. A text that is one
 * `${expression}` and nothing else keeps the type of its value; a key whose value is missing is left out.
 * @throws {ExpressionError}
 */
export function compileTemplate(written: unknown, place: Place, missing: Missing = 'empty'): Template {
  if (typeof written === 'function') return written as Template;
  if (typeof written === 'string') return textTemplate(written, place, missing);
  if (!hasHoles(written)) return () => written;
  if (Array.isArray(written)) {
    const items = written.map((item) => compileTemplate(item, place, missing));
    return (values) => items.map((item) => item(values)).filter((value) => value !== undefined);
  }
  const entries = Object.entries(written as object).map(
    ([key, value]) => [key, compileTemplate(value, place, missing)] as const,
  );
  return (values) => {
    const made: Record<string, unknown> = {};
    for (const [key, template] of entries) {
      const value = template(values);
      if (value !== undefined) made[key] = value;
    }
    return made;
  };
}

/** Compiles a template to a text: a number becomes a text, and a missing value an empty text. */
export function compileText(
  written: WrittenExpression,
  place: Place,
  encode: (value: string) => string = String,
): (values: Values) => string {
  if (typeof written === 'function') return (values) => textOf(written(values));
  refuseNearHoles(written, place);
  const parts = partsOf(written, place);
  if (parts.every((part) => typeof part === 'string')) return () => written;
  return (values) => {
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : encode(textOf(part(values)));
    return text;
  };
}

function textTemplate(written: string, place: Place, missing: Missing): Template {
  refuseNearHoles(written, place);
  const parts = partsOf(written, place);
  const holes = parts.filter((part) => typeof part === 'function');
  const [only] = holes;
  if (!only) return () => written;
  const template = parts.length === 1 ? only : compileText(written, place);
  if (missing === 'empty') return template;
  return (values) => (holes.some((hole) => hole(values) == null) ? undefined : template(values));
}

/** Whether any part must be computed: a constant is built only once. */
function hasHoles(written: unknown): boolean {
  if (typeof written === 'function') return true;
  if (typeof written === 'string') return written.includes('$');
  return typeof written === 'object' && written !== null && Object.values(written).some(hasHoles);
}

export type Part = string | Expression;

/** The texts and the compiled holes of a template, in their order. */
export function partsOf(written: string, place: Place): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const { index, 0: hole, 1: expression = '' } of written.matchAll(HOLE)) {
    if (index > from) parts.push(written.slice(from, index));
    parts.push(compileExpression(expression, place));
    from = index + hole.length;
  }
  if (from < written.length) parts.push(written.slice(from));
  return parts;
}

/** Refuses text that looks like an expression and would be sent unchanged. */
function refuseNearHoles(written: string, place: Place): void {
  const texts = written.replace(HOLE, '');
  if (texts.includes('${'))
    throw new ExpressionError(
      `"${written}" has a \${ that is not closed`,
      `write \${…}, without braces in it`,
    );
  const [, name] = /\$([a-z]+)/i.exec(texts) ?? [];
  if (name !== undefined && (variables[place] as readonly string[]).includes(name))
    throw new ExpressionError(`"${written}" sends "$${name}" unchanged`, `write \${${name}}`);
}

export function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
