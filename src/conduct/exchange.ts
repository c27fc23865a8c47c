import { printable } from '../kernel/printable.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import type { Sample } from './answered.ts';

const REQUEST_LENGTH = 160;
const ANSWER_LENGTH = 300;
/** A code is a word: a sentence in its place is no code. */
const CODE = /^[\w.:-]{2,60}$/;

export interface Sent {
  readonly method: string;
  readonly path: string;
  /** The body as it was sent. */
  readonly body?: string | undefined;
  /** What is special about it and is not to be seen in the rest, such as "a forged token". */
  readonly remark?: string | undefined;
}

/** One HTTP request with its answer. */
export class Exchange {
  readonly sent: Sent;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body as JSON; undefined for what is not JSON. */
  readonly json: unknown;

  constructor(
    sent: Sent,
    answer: { status: number; headers: Readonly<Record<string, string>>; text: string },
  ) {
    this.sent = sent;
    this.status = answer.status;
    this.headers = answer.headers;
    this.text = answer.text;
    this.json = parsed(answer.text);
  }

  get isAccepted(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  get isRefused(): boolean {
    return this.status >= 400 && this.status < 500;
  }

  /** The `data` of the contract's answers. */
  get data(): Readonly<Record<string, unknown>> | undefined {
    return record(record(this.json)?.data);
  }

  /** The code of a refusal, as the contract or the usual variants of it write it. */
  get code(): string | undefined {
    const body = record(this.json);
    const found = [body?.error, body?.code, record(body?.error)?.code];
    return found.find((one): one is string => typeof one === 'string' && CODE.test(one));
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

export function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
