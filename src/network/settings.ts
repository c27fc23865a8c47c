import { z } from 'zod';
import { UserError } from '../kernel/errors.ts';

/** A number within these limits. */
export function numberFrom(least: number, most: number) {
  const rule = `must be a number from ${least} to ${most}`;
  return z.number(rule).min(least, rule).max(most, rule);
}

export function aboveZeroTo(most: number) {
  const rule = `must be a number above 0, up to ${most}`;
  return z.number(rule).positive(rule).max(most, rule);
}

/** One of these words. */
export function oneOf<const Word extends string>(
  ...words: readonly Word[]
): z.ZodEnum<{ [One in Word]: One }> {
  const last = JSON.stringify(words.at(-1));
  const others = words.slice(0, -1).map((word) => JSON.stringify(word));
  const enumeration = Object.fromEntries(words.map((word) => [word, word])) as { [One in Word]: One };
  return z.enum(enumeration, `must be ${others.length === 0 ? last : `${others.join(', ')} or ${last}`}`);
}

export const percent = numberFrom(0, 100);
/** In ms, up to the limit of Node's timers. */
export const duration = numberFrom(0, 2 ** 31 - 1);
export const aboveZero = z.number('must be a number above 0').positive('must be a number above 0');

/** The mistakes in `content`, as clauses with the field, its value and the rule; empty for valid content. */
export function mistakesIn(schema: z.ZodType, content: unknown): string[] {
  const { error } = schema.safeParse(content);
  const fields =
    schema instanceof z.ZodObject ? Object.keys(schema.shape).filter((one) => one !== '$schema') : [];
  return error ? error.issues.flatMap((issue) => clausesOf(issue, content, fields)) : [];
}

/** @throws {UserError} with all mistakes; `what` begins the message */
export function assertValid(what: string, schema: z.ZodType, content: unknown): void {
  const mistakes = mistakesIn(schema, content);
  if (mistakes.length > 0) throw new UserError(`${what}: ${mistakes.join('; ')}.`);
}

function clausesOf(issue: z.core.$ZodIssue, content: unknown, fields: readonly string[]): string[] {
  const field = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = fields.length === 0 ? 'there are no fields' : `use some of: ${fields.join(', ')}`;
    const rest = field === '' ? `. ${known[0]!.toUpperCase()}${known.slice(1)}` : ` in ${field}`;
    return issue.keys.map((key) => `unknown field "${key}"${rest}`);
  }
  if (field === '') return [issue.message];
  const value = issue.path.reduce<unknown>(
    (inside, key) => (inside as Record<PropertyKey, unknown> | undefined)?.[key],
    content,
  );
  return [
    value === undefined
      ? `${field} is missing: it ${issue.message}`
      : `${field} is ${typeof value === 'number' ? value : JSON.stringify(value)}, but ${issue.message}`,
  ];
}
