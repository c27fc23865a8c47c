import { Environment, ParseError } from '@marcbachmann/cel-js';
import { closestMatch } from 'leven';

/** What an expression may read, by name. A value that is missing is "not reported", and never an error. */
export type Values = Readonly<Record<string, unknown>>;

/** Reads something; undefined where it is missing. */
export type Expression<Result = unknown> = (values: Values) => Result | undefined;

/** Makes what is sent; undefined where a value is missing. */
export type Template = (values: Values) => unknown;

/** As it is written: CEL, or a function in `contract.ts`. */
export type WrittenExpression = string | ((values: Values) => unknown);

/** The variables of the places in which expressions stand. */
export const variables = {
  /** What is sent with a call: in its path, query, headers and body. */
  sent: ['user', 'meeting', 'unique', 'input', 'env'],
  /** What is read of an HTTP answer. */
  answer: ['status', 'body', 'headers', 'user', 'meeting', 'unique', 'env'],
  /** What is read of a socket's event or acknowledgement. */
  event: ['payload', 'args', 'user', 'meeting', 'unique', 'env'],
  /** What is read of one entry of a list in an answer or an event. */
  item: ['item', 'status', 'body', 'headers', 'payload', 'args', 'user', 'meeting', 'unique', 'env'],
  /** What is sent to get an identity, and with each call to show it. */
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
  /** What is known before anything was called. */
  address: ['env'],
} as const satisfies Record<string, readonly string[]>;

export type Place = keyof typeof variables;

/** An expression that cannot be read: `message` says what is wrong, `hint` which word was meant. */
export class ExpressionError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

const environments = new Map<Place, Environment>();

/** CEL calculates with numbers of one kind. The numbers of JSON are of the one, those in expressions of the other. */
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
      return undefined; // a path that is not there, or a value of another type: not reported
    }
  };
}

function errorOf(written: string, place: Place, error: Error | undefined): ExpressionError {
  const said = summaryOf(error);
  const unknown = /Unknown variable: (\w+)/.exec(said)?.[1];
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
  const kind = error instanceof ParseError ? 'cannot be read as CEL' : 'does not fit together';
  return new ExpressionError(`"${written}" ${kind}: ${said}`, meantBy(written));
}

/** Operators of other languages, and no fields of a value. */
const WORDS = /(?<![.\w])(?:and|or|not)(?!\w)/i;
const TEXTS = /"[^"]*"|'[^']*'/g;

/** What people write in the place of CEL, and what it would be. */
function meantBy(written: string): string | undefined {
  const [, inside] = /^\s*\$\{(.*)\}\s*$/.exec(written) ?? [];
  if (inside !== undefined) return `write it without \${…}: ${inside.trim()}`;
  if (/\$[a-z]/i.test(written)) return 'write names without $';
  if (/[^=!<>]=[^=]/.test(written)) return 'compare with ==';
  if (WORDS.test(written.replace(TEXTS, ''))) return 'write && for and, || for or, ! for not';
  return undefined;
}

/** CEL shows the expression itself below its sentence. */
function summaryOf(error: Error | undefined): string {
  return (error?.message ?? '').split('\n', 1)[0]!;
}

/** CEL's whole numbers are big ones; ours, and JSON's, are not. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (!Array.isArray(value)) return value;
  return value.some((one) => typeof one === 'bigint' || Array.isArray(one)) ? value.map(plain) : value;
}

const HOLE = /\$\{([^{}]*)\}/g;

/**
 * Compiles what is sent: texts with `${expression}` in them, alone or in lists and objects. A text that is one
 * `${expression}` and nothing else keeps the type of its value; a key whose value is missing is left out.
 * @throws {ExpressionError}
 */
export function compileTemplate(written: unknown, place: Place): Template {
  if (typeof written === 'function') return written as Template;
  if (typeof written === 'string') return textTemplate(written, place);
  if (Array.isArray(written)) return listTemplate(written, place);
  if (typeof written === 'object' && written !== null) return objectTemplate(written, place);
  return () => written;
}

/** The same where a text is needed: numbers become texts, and a missing value an empty one. */
export function compileText(
  written: WrittenExpression,
  place: Place,
  encode: (value: string) => string = String,
): (values: Values) => string {
  if (typeof written === 'function') return (values) => textOf(written(values));
  const parts = partsOf(written, place);
  const [only] = parts;
  if (parts.length === 0) return () => '';
  if (parts.length === 1 && typeof only === 'string') return () => only;
  return (values) => {
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : encode(textOf(part(values)));
    return text;
  };
}

function textTemplate(written: string, place: Place): Template {
  const parts = partsOf(written, place);
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'function') return only;
  if (parts.every((part) => typeof part === 'string')) return () => written;
  return compileText(written, place);
}

function listTemplate(written: readonly unknown[], place: Place): Template {
  const items = written.map((item) => compileTemplate(item, place));
  return (values) => items.map((item) => item(values)).filter((value) => value !== undefined);
}

function objectTemplate(written: object, place: Place): Template {
  if (!hasHoles(written)) return () => written;
  const entries = Object.entries(written).map(
    ([key, value]) => [key, compileTemplate(value, place)] as const,
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

/** Whether anything in it has to be computed, or looked at: what is always the same is made once. */
function hasHoles(written: unknown): boolean {
  if (typeof written === 'function') return true;
  if (typeof written === 'string') return written.includes('$');
  return typeof written === 'object' && written !== null && Object.values(written).some(hasHoles);
}

type Part = string | Expression;

function partsOf(written: string, place: Place): Part[] {
  refuseNearHoles(written, place);
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

/** What was meant to be a hole would be sent as it stands. */
function refuseNearHoles(written: string, place: Place): void {
  const texts = written.replace(HOLE, '');
  if (texts.includes('${'))
    throw new ExpressionError(
      `"${written}" has a \${ that is not closed`,
      `write \${…}, without braces in it`,
    );
  const [, name] = /\$([a-z]+)/i.exec(texts) ?? [];
  if (name !== undefined && (variables[place] as readonly string[]).includes(name))
    throw new ExpressionError(`"${written}" sends "$${name}" as it stands`, `write \${${name}}`);
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
