import type { Clock } from '../kernel/clock.ts';
import { causeOfError, outcomeOfError } from '../request-context/failure.ts';
import { unlessOwnTimeout } from '../request-context/own-timeout.ts';
import type { RequestContext } from '../request-context/request-context.ts';
import type { WireContext } from '../request-context/wire.ts';
import { WireResponse } from '../request-context/wire-response.ts';
import { type Outcome, outcomeOfStatus } from '../timings/outcome.ts';
import type { Timings } from '../timings/timings.ts';
import { type Answer, causeIn } from './answer.ts';
import type { Contract } from './contract/contract.ts';
import { type AnyOperation, type HttpOperation, wrongIn } from './contract/operation.ts';
import type { Identity } from './identities/identity.ts';
import type { NetworkQuality, NewMeeting } from './meeting.ts';
import type { RoomConnection } from './room-connection.ts';

/** All that a client needs of a request context. */
export type Caller = Pick<RequestContext, 'fetch'> & Partial<Pick<WireContext, 'ask'>>;

type Response = Awaited<ReturnType<RequestContext['fetch']>>;

export interface MeetingsClientOptions {
  readonly contract: Contract;
  readonly context: Caller;
  readonly timings: Timings;
  readonly clock: Clock;
  readonly identity: Pick<Identity, 'userId' | 'headers' | 'query'>;
  /** For operations over the socket. */
  readonly room?: RoomConnection | undefined;
}

/** What goes with a call beside its operation. */
export interface CallOptions {
  readonly meetingId?: string | undefined;
  /** What the contract calls `input`. */
  readonly input?: unknown;
  /** When a schedule or a pause wanted the call to start, in ms of the clock. */
  readonly intendedAt?: number | undefined;
}

const NOTHING: CallOptions = {};

/** What one participant asks of the service, by the names of the contract; every call is recorded as one operation. */
export class MeetingsClient {
  readonly #options: MeetingsClientOptions;
  /** These are in the context already. */
  readonly #headers: Identity['headers'];
  #calls = 0;

  constructor(options: MeetingsClientOptions) {
    this.#options = options;
    this.#headers = options.identity.headers;
  }

  /** Whether the contract has the operation. */
  can(name: string): boolean {
    return this.#options.contract.operations.has(name);
  }

  health() {
    return this.call('health.get');
  }

  create(meeting: NewMeeting) {
    return this.call('meeting.create', { input: meeting });
  }

  /** The newest `limit` meetings, of all hosts or of one. */
  list(limit: number, host?: string) {
    return this.call('meeting.list', { input: { limit, host } });
  }

  join(meetingId: string, intendedAt?: number) {
    return this.call('meeting.join', { meetingId, intendedAt });
  }

  get(meetingId: string, intendedAt?: number) {
    return this.call('meeting.get', { meetingId, intendedAt });
  }

  raiseHand(meetingId: string, intendedAt?: number) {
    return this.call('hand.raise', { meetingId, intendedAt });
  }

  lowerHand(meetingId: string, intendedAt?: number) {
    return this.call('hand.lower', { meetingId, intendedAt });
  }

  reportNetwork(meetingId: string, seen: NetworkQuality, intendedAt?: number) {
    return this.call('network.report', { meetingId, input: seen, intendedAt });
  }

  leave(meetingId: string, intendedAt?: number) {
    return this.call('meeting.leave', { meetingId, intendedAt });
  }

  /** The full state to resume from, for a participant whose connection was gone. */
  reconnect(meetingId: string, intendedAt?: number) {
    return this.call('meeting.reconnect', { meetingId, intendedAt });
  }

  /** @throws {TypeError} for an operation that the contract does not have: ask `can` first */
  call(name: string, options: CallOptions = NOTHING): Promise<Answer> {
    const operation = this.#options.contract.operations.get(name);
    if (!operation) throw new TypeError(`the contract has no operation "${name}"`);
    if (operation.over === 'http') return this.#fetch(operation, options);
    return this.#tell(operation, options);
  }

  /** The measured path: the latency ends when the whole body is here, before it is parsed. */
  async #fetch(
    operation: HttpOperation,
    { meetingId = '', input, intendedAt }: CallOptions,
  ): Promise<Answer> {
    const { clock, context, identity, contract } = this.#options;
    const timings = this.#options.timings.operation(operation.name);
    const { environment: env } = contract;
    const unique = operation.isUnique ? this.#nextUnique() : undefined;
    const sent = { user: identity.userId, meeting: meetingId, input, unique, env };
    const path = operation.address(sent);
    const headers = this.#headersOf(operation, sent);
    const data = operation.body?.(sent) as object | undefined;
    let startedAt = clock.now();
    let response: Response;
    let endedAt: number;
    let earliestAt: number | undefined;
    let heldMs: number | undefined;
    try {
      const url = identity.query === '' ? path : withQuery(path, identity.query);
      response = await (context.ask && isJson(data)
        ? context.ask(operation.method, url, headers, data)
        : context.fetch(url, { method: operation.method, data, ...(headers ? { headers } : {}) }));
      // Playwright's own context does not tell when a call was sent and its answer arrived: its end counts as exact.
      if (response instanceof WireResponse) ({ startedAt, latestAt: endedAt, earliestAt, heldMs } = response);
      else endedAt = clock.now();
    } catch (error) {
      endedAt = clock.now();
      const failed = { outcome: outcomeOfError(error), cause: causeOfError(error) };
      const { outcome, cause } = unlessOwnTimeout(failed, startedAt, endedAt);
      timings.record(outcome, startedAt, endedAt, intendedAt);
      timings.failure(outcome, cause, String(error));
      return { outcome, cause, startedAt, endedAt };
    }
    const status = response.status();
    const body = response instanceof WireResponse ? response.parsed() : await parse(response);
    const values = {
      status,
      body,
      get headers() {
        return response.headers();
      },
      user: identity.userId,
      meeting: meetingId,
      unique,
      env,
    };
    let outcome = outcomeOf(operation, contract, values);
    let wrong: string | undefined;
    if (outcome === 'ok') wrong = wrongIn(operation, values, meetingId, identity.userId);
    else if (outcome === 'invalid') wrong = NOT_AGREED;
    if (wrong !== undefined) outcome = 'invalid';
    timings.record(outcome, startedAt, endedAt, intendedAt, earliestAt);
    if (outcome === 'ok')
      return {
        outcome,
        values,
        startedAt,
        endedAt,
        ...(heldMs === undefined ? {} : { heldMs }),
        ...(unique === undefined ? {} : { unique }),
      };
    const cause = wrong === undefined ? await causeOf(response, body) : `${status} ${wrong}`;
    timings.failure(outcome, cause, await textOf(response));
    const retryAfter = outcome === 'rate limited' ? response.headers()['retry-after'] : undefined;
    return { outcome, cause, startedAt, endedAt, ...(retryAfter === undefined ? {} : { retryAfter }) };
  }

  #tell(
    operation: Exclude<AnyOperation, HttpOperation>,
    { meetingId = '', input, intendedAt }: CallOptions,
  ): Promise<Answer> {
    const { room, timings } = this.#options;
    if (!room) throw new TypeError(`"${operation.name}" needs a connection, and there is none`);
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

/** Other values are sent by rules of Playwright's own. */
function isJson(data: object | undefined): boolean {
  return data === undefined || (typeof data === 'object' && data !== null && !Buffer.isBuffer(data));
}

function withQuery(path: string, query: string): string {
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

/**
 * Undefined for what is not JSON, such as a proxy's HTML page. The content type is not asked: reading the headers
 * costs more than the parser takes to notice.
 */
async function parse(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

/** Status and the service's own code or words: `403 MEETING_FULL`, `500 "Deadlock found when trying to get lock"`. */
async function causeOf(response: Response, body: unknown): Promise<string> {
  const status = String(response.status());
  const said = causeIn(body === undefined ? await plainText(response) : body);
  // The words of a limiter differ from call to call.
  const shown = status === '429' ? said.replace(/ ?".*"$/, '') : said;
  return shown === '' ? status : `${status} ${shown}`;
}

/** The page of a proxy says nothing that a table of causes could show. */
async function plainText(response: Response): Promise<string> {
  const text = await response.text().catch(() => '');
  return text.trimStart().startsWith('<') ? '' : text.split('\n', 1)[0]!;
}

async function textOf(response: Response): Promise<string> {
  const text = await response.text().catch(() => '');
  return `${response.status()} ${text}`.trim().slice(0, 300);
}
