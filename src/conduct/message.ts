import type { Values } from '../meetings/contract/expressions.ts';
import { idOf, type SocketOperation } from '../meetings/contract/operation.ts';
import type { Sample } from './answered.ts';
import { excerpt } from './exchange.ts';
import type { Reaction } from './reaction.ts';

/** One message of the service; an acknowledgement has the name `ack`. */
export interface Heard {
  readonly name: string;
  readonly values: readonly unknown[];
}

/** What was sent over a socket. */
export interface Said {
  readonly name: string;
  readonly values: readonly unknown[];
  readonly remark?: string | undefined;
}

/** One message over a socket with what answered it. */
export class Message implements Reaction {
  readonly operation: SocketOperation;
  readonly said: Said;
  readonly heard: Heard | undefined;
  readonly #known: Values;

  constructor(of: { operation: SocketOperation; said: Said; heard: Heard | undefined; known: Values }) {
    this.operation = of.operation;
    this.said = of.said;
    this.heard = of.heard;
    this.#known = of.known;
  }

  get values(): Values {
    return { ...this.#known, payload: this.heard?.values[0], args: this.heard?.values ?? [] };
  }

  get content(): unknown {
    return this.heard?.values[0];
  }

  get isAccepted(): boolean {
    return this.heard !== undefined && isYes(this.operation, this.heard, this.#known) === true;
  }

  get isRefused(): boolean {
    return this.heard !== undefined && !this.isAccepted;
  }

  get sample(): Sample {
    return socketSample(this.said, this.heard ? heardInWords(this.heard) : 'no answer');
  }
}

/** Names of events with which services say no, where the contract names no other. */
const REFUSES = /error|exception|denied|refused/i;

/** Whether a message of the service answers this operation with yes or no; undefined where it is about something else. */
export function isYes(
  { reply, refusal, ok, reads }: SocketOperation,
  heard: Heard,
  known: Values,
): boolean | undefined {
  const values = { ...known, payload: heard.values[0], args: heard.values };
  const isIt = ({ on, when }: NonNullable<SocketOperation['refusal']>) =>
    heard.name === on && (!when || when(values) === true);
  if (heard.name === ACK ? reply.kind === 'ack' : reply.kind === 'event' && isIt(reply)) {
    if (ok && ok(values) !== true) return false;
    const about = idOf(reads.meeting?.(values));
    if (about === undefined || about === known.meeting) return true;
    return reply.kind === 'ack' ? false : undefined;
  }
  return (refusal && isIt(refusal)) || REFUSES.test(heard.name) ? false : undefined;
}

export const ACK = 'ack';

/** What was sent over a socket and what came back, as a finding shows it. */
export function socketSample({ name, values, remark }: Said, answer: string): Sample {
  const request = [`emit ${name}`, ...values.map(inShort), remark && `(${remark})`].filter(Boolean).join(' ');
  return { request: excerpt(request), answer: excerpt(answer, 300) };
}

/** A message as a finding shows it. */
export function heardInWords({ name, values }: Heard): string {
  return [name, ...values.map(inShort)].join(' ');
}

function inShort(value: unknown): string {
  return value === undefined ? 'undefined' : JSON.stringify(value);
}
