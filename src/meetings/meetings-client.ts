import type { Clock } from '../kernel/clock.ts';
import { causeOfError, outcomeOfError } from '../request-context/failure.ts';
import { unlessOwnTimeout } from '../request-context/own-timeout.ts';
import type { RequestContext } from '../request-context/request-context.ts';
import type { WireContext } from '../request-context/wire.ts';
import { WireResponse } from '../request-context/wire-response.ts';
import type { OperationTimings } from '../timings/operation-timings.ts';
import { type Outcome, outcomeOfStatus } from '../timings/outcome.ts';
import type { Timings } from '../timings/timings.ts';
import type { Answer } from './answer.ts';
import type { Contract } from './contract/contract.ts';
import { type AnyOperation, type HttpOperation, mismatchIn } from './contract/operation.ts';
import type { Values } from './expressions.ts';
import { causeOf, parse, type Response, sampleOf } from './http-answer.ts';
import type { Identity } from './identities/identity.ts';
import type { RoomConnection } from './room-connection.ts';

/** The part of a request context that a client needs. */
export type Caller = Pick<RequestContext, 'fetch'> & Partial<Pick<WireContext, 'ask'>>;

export interface MeetingsClientOptions {
  readonly contract: Contract;
  readonly context: Caller;
  readonly timings: Timings;
  readonly clock: Clock;
  readonly identity: Pick<Identity, 'userId' | 'headers' | 'query'>;
  readonly room?: RoomConnection | undefined;
}

/** The parameters of a call beside the name of its operation. */
export interface CallOptions {
  readonly meetingId?: string | undefined;
  /** The values of `input` in the contract. */
  readonly input?: unknown;
  /** When the call should have started by a schedule or a pause, in ms of the clock. */
  readonly intendedAt?: number | undefined;
}

const NOTHING: CallOptions = {};

interface Request {
  readonly url: string;
  readonly headers: Record<string, string> | undefined;
  readonly data: object | undefined;
}

type Unfinished = { -readonly [Key in keyof Answer]: Answer[Key] };

interface Ended {
  readonly timings: OperationTimings;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Performs the operations of the contract, by their names, for one user. Each call is recorded as one operation. */
export class MeetingsClient {
  readonly #options: MeetingsClientOptions;
  /** The headers that the context sends by itself. */
  readonly #headers: Identity['headers'];
  #calls = 0;

  constructor(options: MeetingsClientOptions) {
    this.#options = options;
    this.#headers = options.identity.headers;
  }

  can(name: string): boolean {
    return this.#options.contract.operations.has(name);
  }

  /** @throws {TypeError} for an operation that the contract does not have: ask `can` first */
  call(name: string, options: CallOptions = NOTHING): Promise<Answer> {
    const operation = this.#options.contract.operations.get(name);
    if (!operation) throw new TypeError(`the contract has no operation "${name}"`);
    if (operation.over === 'http') return this.#fetch(operation, options);
    return this.#perform(operation, options);
  }

  /** The measured path: the latency ends when the whole body is here, before it is parsed. */
  async #fetch(
    operation: HttpOperation,
    { meetingId = '', input, intendedAt }: CallOptions,
  ): Promise<Answer> {
    const { clock, identity, contract } = this.#options;
    const timings = this.#options.timings.operation(operation.name);
    const { environment: env } = contract;
    const unique = operation.isUnique ? this.#nextUnique() : undefined;
    const sent = { user: identity.userId, meeting: meetingId, input, unique, env };
    const url = withQuery(operation.address(sent), identity.query);
    const headers = this.#headersOf(operation, sent);
    const data = operation.body?.(sent) as object | undefined;
    const calledAt = clock.now();
    let response: Response;
    try {
      response = await this.#send(operation, { url, headers, data });
    } catch (error) {
      const ended = { timings, startedAt: calledAt, endedAt: clock.now(), intendedAt };
      return failed(error, { ...ended, userId: identity.userId, meetingId });
    }
    // Playwright's own context does not report when it sent a call and received the answer: its end counts as exact.
    const wire = response instanceof WireResponse ? response : undefined;
    const startedAt = wire?.startedAt ?? calledAt;
    const endedAt = wire?.latestAt ?? clock.now();
    const body = wire ? wire.parsed() : await parse(response);
    const values = {
      status: response.status(),
      body,
      get headers() {
        return response.headers();
      },
      user: identity.userId,
      meeting: meetingId,
      unique,
      env,
    };
    const judged = outcomeOf(operation, contract, values);
    const wrong = whyWrong(judged, operation, values);
    const outcome = wrong === undefined ? judged : 'invalid';
    timings.record(outcome, startedAt, endedAt, intendedAt, wire?.earliestAt);
    if (timings.isSlow(startedAt, endedAt))
      timings.keepSlow({ outcome, startedAt, endedAt, userId: identity.userId, meetingId });
    const answer: Unfinished = { outcome, startedAt, endedAt };
    if (outcome !== 'ok') return refused(answer, response, { timings, wrong, body });
    answer.values = values;
    if (wire?.heldMs !== undefined) answer.heldMs = wire.heldMs;
    if (unique !== undefined) answer.unique = unique;
    return answer;
  }

  #send({ method }: HttpOperation, { url, headers, data }: Request): Promise<Response> {
    const { context } = this.#options;
    return context.ask && isJson(data)
      ? context.ask(method, url, headers, data)
      : context.fetch(url, { method, data, ...(headers ? { headers } : {}) });
  }

  #perform(
    operation: Exclude<AnyOperation, HttpOperation>,
    { meetingId = '', input, intendedAt }: CallOptions,
  ): Promise<Answer> {
    const { room, timings } = this.#options;
    if (!room) throw new TypeError(`"${operation.name}" needs a connection, but none is open`);
    const unique = operation.over === 'socket' && operation.isUnique ? this.#nextUnique() : undefined;
    return room.perform(operation, { meetingId, input, unique, timings, intendedAt });
  }

  #headersOf(operation: HttpOperation, sent: object): Record<string, string> | undefined {
    const { headers } = this.#options.identity;
    if (headers === this.#headers) return operation.headers?.(sent as never);
    return { ...headers, ...operation.headers?.(sent as never) };
  }

  #nextUnique(): string {
    this.#calls += 1;
    return `${this.#options.identity.userId}.${this.#calls}`;
  }
}

/** Playwright sends other values by its own rules. */
function isJson(data: object | undefined): boolean {
  return data === undefined || (typeof data === 'object' && data !== null && !Buffer.isBuffer(data));
}

/** The path with the query of an identity: empty, or as in `?token=…`. */
export function withQuery(path: string, query: string): string {
  if (query === '') return path;
  return path.includes('?') ? `${path}&${query.slice(1)}` : path + query;
}

const NOT_AGREED = "with an answer that is not the contract's";

function outcomeOf(
  { ok }: AnyOperation,
  { rateLimited }: Contract,
  values: { readonly status: number } & Readonly<Record<string, unknown>>,
): Outcome {
  const byStatus = outcomeOfStatus(values.status);
  if (ok ? ok(values) === true : byStatus === 'ok') return 'ok';
  if (rateLimited?.(values) === true) return 'rate limited';
  return byStatus === 'ok' ? 'invalid' : byStatus;
}

/** Why an answer with a success status is still a failure; undefined for a success, and for a failure status. */
function whyWrong(
  outcome: Outcome,
  operation: HttpOperation,
  values: { readonly meeting: string; readonly user: string } & Values,
): string | undefined {
  if (outcome === 'ok') return mismatchIn(operation, values, values.meeting, values.user)?.message;
  return outcome === 'invalid' ? NOT_AGREED : undefined;
}

/** The call ended without an answer. */
function failed(
  error: unknown,
  {
    timings,
    intendedAt,
    ...call
  }: Ended & {
    readonly intendedAt: number | undefined;
    readonly userId: string;
    readonly meetingId: string;
  },
): Answer {
  const ended = { outcome: outcomeOfError(error), cause: causeOfError(error) };
  const { startedAt, endedAt } = call;
  const { outcome, cause } = unlessOwnTimeout(ended, startedAt, endedAt);
  timings.record(outcome, startedAt, endedAt, intendedAt);
  if (timings.isSlow(startedAt, endedAt)) timings.keepSlow({ outcome, ...call });
  timings.failure(outcome, cause, String(error));
  return { outcome, cause, startedAt, endedAt };
}

/** The service answered with a failure. */
async function refused(
  answer: Unfinished,
  response: Response,
  { timings, wrong, body }: { timings: OperationTimings; wrong: string | undefined; body: unknown },
): Promise<Answer> {
  const { outcome } = answer;
  answer.cause = wrong === undefined ? await causeOf(response, body) : `${response.status()} ${wrong}`;
  timings.failure(outcome, answer.cause, await sampleOf(response));
  const retryAfter = outcome === 'rate limited' ? response.headers()['retry-after'] : undefined;
  if (retryAfter !== undefined) answer.retryAfter = retryAfter;
  return answer;
}
