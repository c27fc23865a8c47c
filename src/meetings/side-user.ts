import { systemClock } from '../kernel/clock.ts';
import { openRequestContext } from '../request-context/open.ts';
import type { RequestContext } from '../request-context/request-context.ts';
import { Timings } from '../timings/timings.ts';
import type { Access } from './access.ts';
import type { Answer } from './answer.ts';
import { type Step, stepsBack } from './contract/contract.ts';
import type { Identity } from './identities/identity.ts';
import { type Caller, type CallOptions, MeetingsClient } from './meetings-client.ts';
import { RoomConnection } from './room-connection.ts';
import type { RoomEvent } from './room-event.ts';
import { takeSteps } from './take-steps.ts';

export interface SideUserOptions {
  readonly access: Access;
  /** Each name is one user. */
  readonly name: string;
  readonly url: string;
  readonly socketUrl: string;
  readonly timeoutMs: number;
  /** Replaces the identity of the user, for example by one with a wrong token. */
  readonly identity?: Identity;
  readonly tap?: Tap;
  /** Room events, for users who listen. */
  onEvent?(event: RoomEvent): void;
}

export interface Tap {
  /** A call over HTTP with its answer. */
  called(method: string, path: string, body: unknown, status: number, text: string): void;
  message?(direction: 'sent' | 'heard', name: string, values: readonly unknown[]): void;
}

function tapped(context: RequestContext, tap: Tap): Caller {
  return {
    async fetch(path, options) {
      const response = await context.fetch(path, options);
      tap.called(
        options?.method ?? 'GET',
        String(path),
        options?.data,
        response.status(),
        await response.text(),
      );
      return response;
    },
  };
}

/**
 * A user beside the measured ones: it hosts meetings, reads rosters, and leaves. Its calls are not recorded. It
 * connects by itself when an operation needs the socket.
 */
export class SideUser {
  readonly identity: Identity;
  readonly context: RequestContext;
  readonly #options: SideUserOptions;
  readonly #client: MeetingsClient;
  readonly #room: RoomConnection | undefined;
  #isConnected: Promise<Answer['outcome']> | undefined;

  private constructor(options: SideUserOptions, identity: Identity, context: RequestContext) {
    this.#options = options;
    this.identity = identity;
    this.context = context;
    const { contract } = options.access;
    this.#room = contract.socket
      ? new RoomConnection({
          url: options.socketUrl,
          contract,
          identity,
          timeoutMs: options.timeoutMs,
          clock: systemClock,
          onEvent: (event) => options.onEvent?.(event),
          ...(options.tap?.message ? { onMessage: options.tap.message } : {}),
          onDrop: () => {
            this.#isConnected = undefined;
          },
        })
      : undefined;
    this.#client = new MeetingsClient({
      contract,
      context: options.tap ? tapped(context, options.tap) : context,
      timings: new Timings(systemClock.now()),
      clock: systemClock,
      identity,
      room: this.#room,
    });
  }

  static async open(options: SideUserOptions): Promise<SideUser> {
    const { access, name, url, timeoutMs } = options;
    const identity = options.identity ?? (await access.identities.open(name));
    const context = await openRequestContext('wire', {
      baseURL: url,
      extraHTTPHeaders: { ...identity.headers },
      timeoutMs,
    });
    return new SideUser(options, identity, context);
  }

  get userId(): string {
    return this.identity.userId;
  }

  can(operation: string): boolean {
    return this.#client.can(operation);
  }

  /** Opens the connection if it is not open; `ok` if the service has no sockets. */
  connect(): Promise<Answer['outcome']> {
    if (!this.#room) return Promise.resolve('ok');
    this.#isConnected ??= this.#room.connect();
    return this.#isConnected;
  }

  /** Why the last attempt to connect failed: the message of the service if it refused. */
  get connectFailure(): string | undefined {
    return this.#room?.failure;
  }

  /** The answer to an operation that the contract does not have is `invalid`. */
  async call(name: string, options: CallOptions = {}): Promise<Answer> {
    const now = systemClock.now();
    const operation = this.#options.access.contract.operations.get(name);
    if (!operation)
      return { outcome: 'invalid', cause: `the contract has no ${name}`, startedAt: now, endedAt: now };
    if (operation.over !== 'http') {
      const outcome = await this.connect();
      if (outcome !== 'ok') return { outcome, cause: 'no connection', startedAt: now, endedAt: now };
    }
    return this.#client.call(name, options);
  }

  /** Joins the meeting, and enters its room if the join does not. */
  async arrive(meetingId: string): Promise<Answer> {
    const { contract } = this.#options.access;
    return this.call(contract.operations.has('meeting.join') ? 'meeting.join' : 'room.enter', { meetingId });
  }

  /** Enters the room on a separate connection to receive the events. */
  async listen(meetingId: string): Promise<Answer['outcome']> {
    const connected = await this.connect();
    if (connected !== 'ok') return connected;
    const enter = async (step: Step) => (await this.call(step, { meetingId })).outcome;
    return (await takeSteps(stepsBack(this.#options.access.contract), enter))?.outcome ?? 'ok';
  }

  /** Leaves the meeting. A refusal because the user is not in it has no effect. Never rejects. */
  async leave(meetingId: string): Promise<void> {
    if (this.can('meeting.leave')) await this.call('meeting.leave', { meetingId }).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#room?.close();
    await this.context.dispose();
    await this.identity.release();
  }
}
