import { jsonIn } from '../kernel/json.ts';
import { printable } from '../kernel/outside-text.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import type { HttpOperation } from '../meetings/contract/operation.ts';
import type { Values } from '../meetings/expressions.ts';
import type { Sample } from './answered.ts';
import { type Reaction, record } from './reaction.ts';

const REQUEST_LENGTH = 160;
const ANSWER_LENGTH = 300;

export interface Sent {
  readonly method: string;
  readonly path: string;
  /** The sent body. */
  readonly body?: string | undefined;
  /** A special property that the request does not show, such as "a forged token". */
  readonly remark?: string | undefined;
}

/** One HTTP request with its answer. */
export interface Exchange extends Reaction {
  readonly sent: Sent;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * @param operation decides whether the answer is a success; without it, the status decides
 * @param known more values for the expressions of the operation
 */
export function exchangeOf(
  sent: Sent,
  { status, headers, text }: Pick<Exchange, 'status' | 'headers' | 'text'>,
  { operation, known }: { operation?: HttpOperation | undefined; known?: Values },
): Exchange {
  const content = jsonIn(text);
  const values = { ...known, status, headers, body: content };
  const isAccepted = operation?.ok ? operation.ok(values) === true : isSuccess(status);
  return {
    ...{ sent, status, headers, text, content, values, operation, isAccepted },
    // Some services refuse with a 200 and an error in the body.
    isRefused: !isAccepted && ((status >= 400 && status < 500) || isSuccess(status)),
    sample: sampleOf([`${sent.method} ${sent.path}`, sent.body], sent.remark, `${status} ${text}`.trim()),
  };
}

/** A request with its remark in parentheses, and its answer, in the form of a finding. */
export function sampleOf(
  request: readonly (string | undefined)[],
  remark: string | undefined,
  answer: string,
): Sample {
  const shown = [...request, remark && `(${remark})`].filter(Boolean).join(' ');
  return { request: excerpt(shown), answer: excerpt(answer, ANSWER_LENGTH) };
}

/** An external text on one line, without secrets, cut to a length. */
export function excerpt(text: string, length = REQUEST_LENGTH): string {
  const shown = printable(withoutSecrets(text)).replace(/\s+/g, ' ');
  return shown.length > length ? `${shown.slice(0, length - 1)}…` : shown;
}

/** A code is one word, not a sentence. */
const CODE = /^[\w.:-]{2,60}$/;

/** Whether a refusal has a code in a usual place, or a problem detail (RFC 9457). */
export function hasCode(content: unknown): boolean {
  const body = record(content);
  const error = record(body?.error);
  const codes = [body?.error, body?.code, error?.code, error?.type, body?.reason];
  // With the type `about:blank`, the title only repeats the status.
  const problem = [body?.type, body?.title].filter((one) => one !== '' && one !== 'about:blank');
  return (
    codes.some((one) => typeof one === 'string' && CODE.test(one)) ||
    problem.some((one) => typeof one === 'string')
  );
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
