import { idOf, type SocketOperation } from '../meetings/contract/operation.ts';
import type { Values } from '../meetings/expressions.ts';
import type { Sample } from './answered.ts';
import { sampleOf } from './exchange.ts';
import type { Reaction } from './reaction.ts';

/** One message over a socket. An acknowledgement of the service has the name `ack`. */
export interface Message {
  readonly name: string;
  readonly values: readonly unknown[];
}

export const ACK = 'ack';

/** The reaction of the service to a message. `heard` is the answer. */
export function messageReaction(
  sent: Message & { readonly remark?: string | undefined },
  heard: Message | undefined,
  { operation, known }: { operation: SocketOperation; known: Values },
): Reaction {
  const content = heard?.values[0];
  const isAccepted = heard !== undefined && isYes(operation, heard, known) === true;
  return {
    ...{ operation, content, isAccepted },
    values: { ...known, payload: content, args: heard?.values ?? [] },
    isRefused: heard !== undefined && !isAccepted,
    sample: socketSample(sent, heard ? inWords(heard) : 'no answer', sent.remark),
  };
}

/** Usual names of events that refuse a message. */
const REFUSES = /error|exception|denied|refused/i;

/** Whether a message of the service accepts this operation; undefined if it concerns something else. */
export function isYes(
  { reply, refusal, ok, reads }: SocketOperation,
  heard: Message,
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

/** A sent message and its answer, in the form of a finding. */
export function socketSample({ name, values }: Message, answer: string, remark?: string): Sample {
  return sampleOf([`emit ${name}`, ...values.map(inShort)], remark, answer);
}

/** A message in the form of a finding. */
export function inWords({ name, values }: Message): string {
  return [name, ...values.map(inShort)].join(' ');
}

function inShort(value: unknown): string {
  return value === undefined ? 'undefined' : JSON.stringify(value);
}
