import { arrivals } from '../kernel/arrivals.ts';
import { type Clock, wheel } from '../kernel/clock.ts';
import type { Wait } from '../kernel/timing-wheel.ts';
import { causeOfError, outcomeOfError, TOO_LARGE } from '../request-context/failure.ts';
import { unlessOwnTimeout } from '../request-context/own-timeout.ts';
import type { OperationTimings } from '../timings/operation-timings.ts';
import type { Outcome } from '../timings/outcome.ts';
import { type Answer, causeIn } from './answer.ts';
import type { Expression, Values } from './contract/expressions.ts';
import { type SocketOperation, wrongIn } from './contract/operation.ts';
import type { Identity } from './identities/identity.ts';
import { MESSAGE_TOO_LARGE } from './socket/too-large.ts';

interface ExchangeOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly identity: Pick<Identity, 'userId'>;
  /** Take it; without them it is not recorded. */
  readonly timings: OperationTimings | undefined;
  readonly intendedAt: number | undefined;
  readonly unique: string | undefined;
  /** It is the opening of the connection, which ends with a failed attempt, too. */
  readonly isConnect: boolean;
  /** Those that are under way: it is one of them until it is settled. */
  readonly among: Exchange[];
}

/** What is asked over a connection until it is answered, refused, given up or broken off. */
export class Exchange {
  readonly answer: Promise<Answer>;
  readonly isConnect: boolean;
  /** What ends it: the connection, or the answer to an operation. */
  awaits: 'connection' | SocketOperation | undefined;
  /** What the expressions of the operation know beside the answer. */
  known: Values = NOTHING;
  /** How long it waited for this process between its steps, in ms. */
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

  /** Whether an event of this name may end it. */
  hears(name: string): boolean {
    const { awaits } = this;
    if (awaits === undefined || awaits === 'connection') return false;
    return (awaits.reply.kind === 'event' && awaits.reply.on === name) || awaits.refusal?.on === name;
  }

  /** Takes in an event, which may be about something else. */
  heard(name: string, args: readonly unknown[]): void {
    const { awaits } = this;
    if (awaits === undefined || awaits === 'connection') return;
    const { reply, refusal } = awaits;
    if (reply.kind === 'event' && reply.on === name && this.#agrees(reply.when, args)) this.replied(args);
    if (refusal?.on === name && this.#agrees(refusal.when, args))
      this.settle(new Refusal(causeIn(args[0]) || 'refused'));
  }

  /** Takes in the values of the answer. */
  replied(args: readonly unknown[]): void {
    const { awaits } = this;
    if (this.#isSettled || awaits === undefined || awaits === 'connection') return;
    this.#values = { ...this.known, payload: args[0], args };
    this.settle(refusalIn(awaits, this.#values, this.#options.identity.userId));
  }

  /** Ends it, if nothing has yet. What answers came from the socket just now; a failure is known at this instant. */
  settle(error?: Error): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    const { clock, timings, intendedAt, unique, among } = this.#options;
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
    const answer = { outcome, startedAt, endedAt, ...(unique === undefined ? NOTHING : { unique }) };
    if (error === undefined) {
      this.#resolve(this.#values === undefined ? answer : { ...answer, values: this.#values });
      return;
    }
    timings?.failure(outcome, cause, error.message);
    this.#resolve({ ...answer, cause });
  }

  #agrees(when: Expression<boolean> | undefined, args: readonly unknown[]): boolean {
    return !when || when({ ...this.known, payload: args[0], args }) === true;
  }
}

const NOTHING = {};
const OK = { outcome: 'ok', cause: '' } as const;

/**
 * The answer may have arrived while this process was busy: what waits in the socket is read before the time counts as
 * up, so that a block of ours is no timeout of the service.
 */
function giveUp(exchange: Exchange): void {
  exchange.settle(TIMED_OUT);
}

/** The refusals of the contract: the service answered, and said no. */
const refusals = new Set(['Authentication required', 'Authentication failed', 'Invalid token']);

/** Why the contract does not call a reply a success; undefined where it does. */
function refusalIn(operation: SocketOperation, values: Values, userId: string): Error | undefined {
  if (operation.ok && operation.ok(values) !== true) return new Refusal(causeIn(values.payload) || 'refused');
  const wrong = wrongIn(operation, values, String(values.meeting), userId);
  return wrong === undefined ? undefined : new WrongAnswer(wrong);
}

/** What the service, or this side, decided; not a failure of the network. */
export class Refusal extends Error {}

/** The service answered, about something else. */
class WrongAnswer extends Error {}

/** The connection went away while something was asked of it. */
export function broken(reason: string): Error {
  return Object.assign(new Error(reason), {
    code: reason === MESSAGE_TOO_LARGE ? TOO_LARGE : 'ECONNRESET',
  });
}

function outcomeOfSocketError(error: Error): Outcome {
  if (error instanceof Refusal) {
    return error.message === 'timeout' || error.message === 'aborted' ? error.message : 'denied';
  }
  if (error instanceof WrongAnswer) return 'invalid';
  if (isRefusal(error)) return 'denied';
  // The socket's own time for an attempt is up: it may notice before the exchange does.
  if (error.message === TIMED_OUT.message) return 'timeout';
  // The engine hides the network's error inside its own: TransportError.description is the event of `ws`.
  const hidden = networkError(error);
  const outcome = outcomeOfError(hidden);
  // A success of HTTP, such as a page, is no connection.
  return outcome === 'ok' ? 'invalid' : outcome;
}

function causeOfSocketError(error: Error): string {
  if (error instanceof Refusal || error instanceof WrongAnswer || refusals.has(error.message))
    return error.message;
  if (isRefusal(error)) return causeIn(error.message) || 'refused';
  const cause = causeOfError(networkError(error));
  return /^HTTP [123]/.test(cause) ? `${cause} and no WebSocket` : cause;
}

/** The service refused by a packet of Socket.IO, in its own words; what fails below has no such field. */
function isRefusal(error: Error): boolean {
  return refusals.has(error.message) || 'data' in error;
}

function networkError(error: Error): unknown {
  const { description } = error as { description?: { error?: unknown } };
  const hidden = description?.error ?? error;
  // What `ws` says when the upgrade to a WebSocket is answered like any other request, by a proxy for example.
  const status = /^Unexpected server response: (\d{3})$/.exec(
    hidden instanceof Error ? hidden.message : '',
  )?.[1];
  return status === undefined
    ? hidden
    : Object.assign(new Error(`HTTP ${status}`), { status: Number(status) });
}

/** Made once: an error with its stack for each participant that leaves costs more than its leaving. */
export const ABORTED = new Refusal('aborted');
const TIMED_OUT = new Refusal('timeout');
