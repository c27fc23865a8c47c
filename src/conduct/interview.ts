import { setTimeout as pause } from 'node:timers/promises';
import { withoutSecrets } from '../kernel/secrets.ts';
import { MEETINGS } from '../meetings/contract.ts';
import type { Identity } from '../meetings/identity.ts';
import { openRequestContext, type RequestContext } from '../request-context/request-context.ts';
import type { Finding, Sample } from './answered.ts';
import type { FindingName } from './catalogue.ts';
import { ConductSocket, type Met } from './conduct-socket.ts';
import { Exchange } from './exchange.ts';
import type { IdleConnection } from './idle-connection.ts';
import { Notes } from './notes.ts';
import { Unanswered } from './question.ts';
import { newIdentity } from './tokens.ts';

/** A database that can be stopped under the service that has it. */
export interface StoppableDatabase {
  /** The service on that database; it may be another one than the one that all questions are put to. */
  readonly serviceUrl: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends what was opened for the question. */
  close(): Promise<void>;
}

export interface InterviewOptions {
  readonly serviceUrl: string;
  readonly socketUrl: string;
  readonly jwtSecret: string;
  /** For one answer. */
  readonly timeoutMs: number;
  /** How long an idle connection lives: measured beside the other questions. */
  readonly idleConnection: () => Promise<IdleConnection>;
  /** Opens a database that can be stopped; answers the reason where there is none. */
  readonly stoppableDatabase: () => Promise<StoppableDatabase | string>;
}

export interface Call {
  readonly token?: string | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, as JSON or as another type. */
  readonly raw?: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly remark?: string;
  /** The question is about rate limits: a 429 is an answer like any other. */
  readonly mayBeLimited?: boolean;
}

/** What one question talks to the service with; notes what it finds, and leaves nothing behind. */
export class Interview {
  readonly options: InterviewOptions;
  readonly #notes = new Notes();
  readonly #context: Promise<RequestContext>;
  readonly #sockets: ConductSocket[] = [];
  #ended = false;
  readonly #seats: { readonly meetingId: string; readonly token: string }[] = [];

  constructor(options: InterviewOptions) {
    this.options = options;
    const { serviceUrl: baseURL, timeoutMs } = options;
    this.#context = openRequestContext('wire', { baseURL, timeoutMs, connections: 4 });
  }

  get findings(): Finding[] {
    return this.#notes.findings;
  }

  /** `says` replaces the sentence of the catalogue where more is known. */
  note(name: FindingName, sample: Sample, says?: string): void {
    // A question that ran out of time goes on for a moment, and meets calls that we ended ourselves.
    if (this.#ended) return;
    this.#notes.add(name, sample, says);
  }

  /** A fresh user for a few calls, so that no limit per user answers in the place of the service. */
  newUser(): Identity {
    return newIdentity(this.options.jwtSecret);
  }

  /** A call of the API, `path` below its base; @throws {Unanswered} for a 429 */
  api(method: string, path: string, call: Call = {}): Promise<Exchange> {
    return this.call(method, `${MEETINGS}${path}`, call);
  }

  async call(method: string, path: string, call: Call = {}): Promise<Exchange> {
    const { token, remark } = call;
    const body = call.raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
    const context = await this.#context;
    const response = await context.fetch(path, {
      method,
      // A redirect is an answer, too.
      maxRedirects: 0,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': call.type ?? 'application/json' }),
        ...call.headers,
      },
      // A buffer is sent as it is; a text that is no JSON would be made one.
      ...(body === undefined ? {} : { data: Buffer.from(body) }),
    });
    const exchange = new Exchange(
      { method, path, body, remark },
      { status: response.status(), headers: response.headers(), text: await response.text() },
    );
    if (exchange.status === 429 && !call.mayBeLimited)
      throw new Unanswered(`the service answered ${method} ${withoutSecrets(path)} with 429 (rate limited)`);
    return exchange;
  }

  /** Opens a meeting as this user, who leaves it at the end. @returns its id */
  async openMeeting(host: Identity, maxParticipants = 10): Promise<string> {
    const body = { title: 'fullhouse conduct', maxParticipants };
    const created = await this.api('POST', '', { token: host.token, body });
    const id = created.data?.id;
    if (!created.isAccepted || typeof id !== 'string')
      throw new Unanswered(`the service refused to create a meeting: ${created.sample.answer}`);
    this.willLeave(id, host.token);
    return id;
  }

  /** Takes a seat in the meeting; the user leaves it at the end. */
  async join(meetingId: string, { token }: Identity): Promise<Exchange> {
    const joined = await this.api('POST', `/${meetingId}/join`, { token, body: {} });
    if (joined.isAccepted) this.willLeave(meetingId, token);
    return joined;
  }

  /** The same, where the question rests on it. */
  async joinSurely(meetingId: string, user: Identity): Promise<Exchange> {
    const joined = await this.join(meetingId, user);
    if (!joined.isAccepted) throw new Unanswered(`a user could not join a meeting: ${joined.sample.answer}`);
    return joined;
  }

  /** Leaves the meeting with this token when the question is over. */
  willLeave(meetingId: string, token: string): void {
    this.#seats.push({ meetingId, token });
  }

  async meet(token: string | undefined): Promise<Met> {
    const { socketUrl, timeoutMs } = this.options;
    const met = await ConductSocket.connect(socketUrl, token, timeoutMs);
    if (met.kind === 'connected') this.#sockets.push(met.socket);
    return met;
  }

  /** A connection of this user, where the question rests on it. */
  async connect({ token }: Identity): Promise<ConductSocket> {
    const met = await this.meet(token);
    if (met.kind === 'connected') return met.socket;
    const cause = met.kind === 'refused' ? met.message : met.cause;
    throw new Unanswered(`a socket with a good token did not connect: ${cause}`);
  }

  /** Whether the service answers `/health`, whatever it says there. */
  async isAlive(): Promise<boolean> {
    try {
      return (await this.call('GET', '/health', { mayBeLimited: true })).status > 0;
    } catch {
      return false;
    }
  }

  /** Closes what was opened and leaves all meetings, so that they end. A service that is gone keeps what it has. */
  async end(): Promise<void> {
    this.#ended = true;
    for (const socket of this.#sockets) socket.close();
    const leaving = this.#seats.map(({ meetingId, token }) =>
      this.api('POST', `/${meetingId}/leave`, { token, body: {}, mayBeLimited: true }).catch(() => undefined),
    );
    await Promise.race([Promise.all(leaving), pause(this.options.timeoutMs, undefined, { ref: false })]);
    await (await this.#context).dispose();
  }
}
