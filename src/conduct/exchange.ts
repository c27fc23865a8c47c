import { printable } from '../kernel/printable.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import type { Values } from '../meetings/contract/expressions.ts';
import type { HttpOperation } from '../meetings/contract/operation.ts';
import type { Sample } from './answered.ts';
import type { Reaction } from './reaction.ts';
import { codeIn } from './refusal-code.ts';

const REQUEST_LENGTH = 160;
const ANSWER_LENGTH = 300;

export interface Sent {
  readonly method: string;
  readonly path: string;
  /** The body as it was sent. */
  readonly body?: string | undefined;
  /** What is special about it and is not to be seen in the rest, such as "a forged token". */
  readonly remark?: string | undefined;
  /** Whose answer it is; without it, the status alone says whether it is a success. */
  readonly operation?: HttpOperation | undefined;
  /** What the expressions of the operation know beside the answer. */
  readonly known?: Values | undefined;
}

/** One HTTP request with its answer. */
export class Exchange implements Reaction {
  readonly sent: Sent;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body as JSON; undefined for what is not JSON. */
  readonly content: unknown;
  readonly isAccepted: boolean;

  constructor(
    sent: Sent,
    answer: { status: number; headers: Readonly<Record<string, string>>; text: string },
  ) {
    this.sent = sent;
    this.status = answer.status;
    this.headers = answer.headers;
    this.text = answer.text;
    this.content = parsed(answer.text);
    const ok = sent.operation?.ok;
    this.isAccepted = ok ? ok(this.values) === true : isSuccess(answer.status);
  }

  get operation(): HttpOperation | undefined {
    return this.sent.operation;
  }

  get values(): Values {
    const { status, headers, content: body } = this;
    return { ...this.sent.known, status, headers, body };
  }

  /** Some services refuse with a 200 whose body says no. */
  get isRefused(): boolean {
    const { status } = this;
    return !this.isAccepted && ((status >= 400 && status < 500) || isSuccess(status));
  }

  get code(): string | undefined {
    return codeIn(this.content);
  }

  get sample(): Sample {
    const { method, path, body, remark } = this.sent;
    const request = [`${method} ${path}`, body, remark && `(${remark})`].filter(Boolean).join(' ');
    const answer = [String(this.status), this.text].join(' ').trim();
    return { request: excerpt(request, REQUEST_LENGTH), answer: excerpt(answer, ANSWER_LENGTH) };
  }
}

/** A text from outside on one line, without secrets, cut. */
export function excerpt(text: string, length = REQUEST_LENGTH): string {
  const shown = printable(withoutSecrets(text)).replace(/\s+/g, ' ');
  return shown.length > length ? `${shown.slice(0, length - 1)}…` : shown;
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
