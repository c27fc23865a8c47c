import { arrivals } from '../kernel/arrivals.ts';
import { type Clock, wheel } from '../kernel/clock.ts';
import type { Wait } from '../kernel/timing-wheel.ts';
import { causeOfError, outcomeOfError, statusOfError, TOO_LARGE } from '../request-context/failure.ts';
import { unlessOwnTimeout } from '../request-context/own-timeout.ts';
import type { OperationTimings } from '../timings/operation-timings.ts';
import type { Outcome } from '../timings/outcome.ts';
import { type Answer, causeIn } from './answer.ts';
import { mismatchIn, type SocketOperation } from './contract/operation.ts';
import type { Expression, Values } from './expressions.ts';
import type { Identity } from './identities/identity.ts';
import { MESSAGE_TOO_LARGE } from './socket/too-large.ts';

interface ExchangeOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly identity: Pick<Identity, 'userId'>;
  /** The timings that record the operation; without them it is not recorded. */
  readonly timings: OperationTimings | undefined;
  readonly intendedAt: number | undefined;
  readonly unique: string | undefined;
  /** The exchange is the opening of the connection, which also ends with a failed attempt. */
  readonly isConnect: boolean;
  /** All open exchanges, including this one until it is settled. */
  readonly among: Exchange[];
}

/** An operation over a connection until its answer, its refusal, its timeout or the end of the connection. */
export class Exchange {
  readonly answer: Promise<Answer>;
  readonly isConnect: boolean;
  /** What ends the exchange: the connection, or the answer to an operation. */
  awaits: 'connection' | SocketOperation | undefined;
  /** The values that expressions of the operation can read beside the answer. */
  known: Values = NOTHING;
  /** How long the exchange waited for this process between its steps, in ms. */
  heldMs = 0;
  readonly #options: ExchangeOptions;
  readonly #startedAt: number;
  readonly #timeUp: Wait;
  #resolve!: (answer: Answer) => void;
  #values: Values | undefined;
  #isSettled = false;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.isConnect = options.isConnect;
    this.answer = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    options.among.push(this);
    this.#startedAt = options.clock.now();
    this.#timeUp = wheel.after(options.timeoutMs, () => setImmediate(giveUp, this));
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Whether an event of this name may end the exchange. */
  hears(name: string): boolean {
    const { awaits } = this;
    if (awaits === undefined || awaits === 'connection') return false;
    return (awaits.reply.kind === 'event' && awaits.reply.on === name) || awaits.refusal?.on === name;
  }

  /** Receives an event, which may belong to another exchange. */
  heard(name: string, args: readonly unknown[]): void {
    const { awaits } = this;
    if (awaits === undefined || awaits === 'connection') return;
    const { reply, refusal } = awaits;
    if (reply.kind === 'event' && reply.on === name && this.#agrees(reply.when, args)) this.replied(args);
    if (refusal?.on === name && this.#agrees(refusal.when, args))
      this.settle(new Refusal(causeIn(args[0]) || 'refused'));
  }

  replied(args: readonly unknown[]): void {
    const { awaits } = this;
    if (this.#isSettled || awaits === undefined || awaits === 'connection') return;
    this.#values = { ...this.known, payload: args[0], args };
    this.settle(refusalIn(awaits, this.#values, this.#options.identity.userId));
  }

  /** Ends the exchange, only once. An answer has just arrived at the socket; a failure is known at this instant. */
  settle(error?: Error): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    const { clock, timings, intendedAt, unique, among, identity } = this.#options;
    const endedAt = error === undefined ? arrivals.latest : clock.now();
    const earliestAt = error === undefined ? arrivals.earliest - this.heldMs : undefined;
    const startedAt = this.#startedAt;
    this.#timeUp.cancel();
    among.splice(among.indexOf(this), 1);
    const failed = error && {
      outcome: outcomeOfSocketError(error),
      cause: causeOfSocketError(error),
    };
    const { outcome, cause } = failed ? unlessOwnTimeout(failed, startedAt, endedAt) : OK;
    timings?.record(outcome, startedAt, endedAt, intendedAt, earliestAt);
    if (timings?.isSlow(startedAt, endedAt))
      timings.keepSlow({ outcome, startedAt, endedAt, userId: identity.userId, meetingId: this.#meetingId });
    const answer = { outcome, startedAt, endedAt, ...(unique === undefined ? NOTHING : { unique }) };
    if (error === undefined) {
      this.#resolve(this.#values === undefined ? answer : { ...answer, values: this.#values });
      return;
    }
    timings?.failure(outcome, cause, error.message);
    this.#resolve({ ...answer, cause });
  }

  /** Undefined for the opening of a connection. */
  get #meetingId(): string | undefined {
    const { meeting } = this.known;
    return meeting === undefined ? undefined : String(meeting);
  }

  #agrees(when: Expression<boolean> | undefined, args: readonly unknown[]): boolean {
    return !when || when({ ...this.known, payload: args[0], args }) === true;
  }
}

const NOTHING = {};
const OK = { outcome: 'ok', cause: '' } as const;

/**
 * The answer may have arrived while this process was busy. The socket is read before the timeout, so that a block of
 * this process does not count as a timeout of the service.
 */
function giveUp(exchange: Exchange): void {
  exchange.settle(TIMED_OUT);
}

/** The messages with which a service refuses a connection. */
const refusals = new Set(['Authentication required', 'Authentication failed', 'Invalid token']);

/** Why a reply is not a success by the contract; undefined for a success. */
function refusalIn(operation: SocketOperation, values: Values, userId: string): Error | undefined {
  if (operation.ok && operation.ok(values) !== true) return new Refusal(causeIn(values.payload) || 'refused');
  const mismatch = mismatchIn(operation, values, String(values.meeting), userId);
  return mismatch && new WrongAnswer(mismatch.message);
}

/** A decision of the service or of this process, not a failure of the network. */
export class Refusal extends Error {
  readonly outcome: Outcome;

  constructor(message: string, outcome: Outcome = 'denied') {
    super(message);
    this.outcome = outcome;
  }
}

/** The answer of the service is about another meeting or user. */
class WrongAnswer extends Error {}

export function broken(reason: string): Error {
  return Object.assign(new Error(reason), {
    code: reason === MESSAGE_TOO_LARGE ? TOO_LARGE : 'ECONNRESET',
  });
}

function outcomeOfSocketError(error: Error): Outcome {
  if (error instanceof Refusal) return error.outcome;
  if (error instanceof WrongAnswer) return 'invalid';
  if (isRefusal(error)) return 'denied';
  // The message of socket.io-client after its own timeout of an attempt, which may come before that of the exchange.
  if (error.message === 'timeout') return 'timeout';
  // The engine hides the network's error inside its own: TransportError.description is the event of `ws`.
  const hidden = networkError(error);
  const outcome = outcomeOfError(hidden);
  // A success of HTTP, such as a page, is not a connection.
  return outcome === 'ok' ? 'invalid' : outcome;
}

function causeOfSocketError(error: Error): string {
  if (error instanceof Refusal || error instanceof WrongAnswer || refusals.has(error.message))
    return error.message;
  if (isRefusal(error)) return causeIn(error.message) || 'refused';
  const hidden = networkError(error);
  const cause = causeOfError(hidden);
  return (statusOfError(hidden) ?? 400) < 400 ? `${cause} and no WebSocket` : cause;
}

/** Whether the service refused with a packet of Socket.IO; network errors have no such field. */
function isRefusal(error: Error): boolean {
  return refusals.has(error.message) || 'data' in error;
}

function networkError(error: Error): unknown {
  const { description } = error as { description?: { error?: unknown } };
  const hidden = description?.error ?? error;
  // The message of `ws` when the upgrade to a WebSocket gets an ordinary answer, for example from a proxy.
  const status = /^Unexpected server response: (\d{3})$/.exec(
    hidden instanceof Error ? hidden.message : '',
  )?.[1];
  return status === undefined
    ? hidden
    : Object.assign(new Error(`HTTP ${status}`), { status: Number(status) });
}

/** Made once: an error with a stack for each leaving participant costs more than the leave itself. */
export const ABORTED = new Refusal('aborted', 'aborted');
const TIMED_OUT = new Refusal('timeout', 'timeout');
