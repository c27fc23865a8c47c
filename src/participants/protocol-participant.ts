import { arrivals } from '../kernel/arrivals.ts';
import type { Clock } from '../kernel/clock.ts';
import { deferred } from '../kernel/deferred.ts';
import type { Random } from '../kernel/random.ts';
import type { Reach } from '../kernel/reach.ts';
import type { Answer } from '../meetings/answer.ts';
import { type Contract, type Step, stepsBack, stepsInto } from '../meetings/contract/contract.ts';
import type { Identity } from '../meetings/identities/identity.ts';
import { MeetingsClient } from '../meetings/meetings-client.ts';
import { contractPolicy, type ReconnectPolicy } from '../meetings/reconnect-policy.ts';
import { RoomConnection, type SocketChange } from '../meetings/room-connection.ts';
import type { RoomEvent } from '../meetings/room-event.ts';
import type { ComeBack } from '../meetings/room-return.ts';
import type { SocketClient } from '../meetings/socket/room-socket.ts';
import { takeSteps } from '../meetings/take-steps.ts';
import type { RequestContext } from '../request-context/request-context.ts';
import type { Outcome } from '../timings/outcome.ts';
import type { Timings } from '../timings/timings.ts';
import type { EventCause, EventDeliveries, RoomMember } from './event-deliveries.ts';
import type { LeaveRequest } from './leave-request.ts';
import { Participant } from './participant.ts';

export interface ProtocolParticipantOptions {
  readonly contract: Contract;
  readonly identity: Identity;
  readonly meetingId: string;
  readonly random: Random;
  readonly context: RequestContext;
  /** How it reaches Socket.IO. */
  readonly socket: Reach;
  /** Default `socket.io`. */
  readonly socketClient?: SocketClient | undefined;
  readonly timeoutMs: number;
  readonly timings: Timings;
  readonly clock: Clock;
  /** How it opens a lost connection again; by default as the contract says. */
  readonly policy?: ReconnectPolicy;
  /** Match the events that it receives with their causes. */
  readonly deliveries?: EventDeliveries;
  /** Sends the other slices what this participant caused. */
  announce?(cause: EventCause): void;
  onDrop?(reason: string): void;
  /** Gives back what only this participant used. */
  onClose?(): Promise<void>;
  /** Comes when the run wants its participants to leave. */
  readonly leaveRequest: LeaveRequest;
  /** When the schedule wanted this participant, in ms of the clock. */
  readonly intendedAt?: number;
}

/** Follows what happens to a participant beside its calls, and does the way back into the room in its place. */
export interface Observer {
  heard(event: RoomEvent): void;
  changed(change: SocketChange, reason: string | undefined): void;
  readonly comeBack: Omit<ComeBack, 'done'>;
}

/** A participant that speaks HTTP and Socket.IO from Node: the bulk of every crowd. */
export class ProtocolParticipant extends Participant {
  readonly meetingId: string;
  readonly random: Random;
  readonly #options: ProtocolParticipantOptions;
  readonly #client: MeetingsClient;
  readonly #room: RoomConnection | undefined;
  /** The last step on the way into the meeting: with it the participant is in the room. */
  readonly #lastStep: Step | undefined;
  /** When the next call should start: the arrival, then the end of a pause; undefined within a sequence. */
  #due: number | undefined;
  #member: RoomMember | undefined;
  readonly #awaited = new Map<string, Set<() => void>>();
  #hitGeneratorLimit = false;
  #observer: Observer | undefined;

  constructor(options: ProtocolParticipantOptions) {
    super();
    this.#options = options;
    this.meetingId = options.meetingId;
    this.random = options.random;
    this.#due = options.intendedAt;
    this.#lastStep = stepsInto(options.contract).at(-1);
    this.#room = options.contract.socket ? this.#connection() : undefined;
    this.#client = new MeetingsClient({ ...options, room: this.#room });
  }

  /** A call of it failed because this machine had no port, descriptor or memory left for it. */
  get hitGeneratorLimit(): boolean {
    return this.#hitGeneratorLimit;
  }

  /** Some services give it with the connection. */
  get userId(): string {
    return this.#options.identity.userId;
  }

  /** One observer at most. */
  observe(observer: Observer): void {
    this.#observer = observer;
  }

  get isConnected(): boolean {
    return this.#room?.isConnected ?? true;
  }

  /** Connected, and no return after a lost connection is still under way. */
  get isBack(): boolean {
    return this.#room?.isBack ?? true;
  }

  /** Closes the engine under Socket.IO, as a fault of the client's own: it comes back by itself. */
  closeEngine(): void {
    this.#room?.closeEngine();
  }

  #connection(): RoomConnection {
    const options = this.#options;
    const own = this.#comeBack(stepsBack(options.contract));
    return new RoomConnection({
      ...options.socket,
      contract: options.contract,
      socketClient: options.socketClient,
      identity: options.identity,
      timeoutMs: options.timeoutMs,
      timings: options.timings,
      clock: options.clock,
      policy: options.policy ?? contractPolicy,
      onEvent: (event, at, earliest) => {
        const { name, key, userId } = event;
        if (this.#member) options.deliveries?.arrived(name, key, userId, this.#member, at, earliest);
        if (this.#awaited.size > 0) for (const heard of this.#awaited.get(name) ?? []) heard();
        this.#observer?.heard(event);
      },
      onDrop: (reason) => {
        this.#outOfRoom();
        options.onDrop?.(reason);
      },
      onChange: (change, reason) => this.#observer?.changed(change, reason),
      comeBack: {
        enter: () => (this.#observer?.comeBack ?? own).enter(),
        rejoin: () => (this.#observer?.comeBack ?? own).rejoin(),
        resync: () => (this.#observer?.comeBack ?? own).resync(),
        done: (lostAt) => {
          this.#inRoom();
          options.timings.operation('room.return').record('ok', lostAt, options.clock.now());
        },
      },
    });
  }

  #comeBack(steps: readonly Step[]): Observer['comeBack'] {
    return {
      enter: async () =>
        (await takeSteps(steps, async (step) => (await this.#ask(step)).outcome))?.outcome ?? 'ok',
      rejoin: async () => {
        if (this.can('meeting.join')) await this.#ask('meeting.join');
      },
      resync: async () =>
        !this.can('meeting.reconnect') || (await this.#ask('meeting.reconnect')).outcome === 'ok',
    };
  }

  can(operation: string): boolean {
    return this.#client.can(operation);
  }

  async call(operation: string, input?: unknown): Promise<Answer> {
    const answer = await this.#ask(operation, input, this.#takeDue());
    if (answer.outcome === 'ok' && operation === this.#lastStep) this.#inRoom();
    return answer;
  }

  /** Also for the way back after a lost connection: no schedule waits for it, and it ends with `done`. */
  async #ask(operation: string, input?: unknown, intendedAt?: number): Promise<Answer> {
    const { meetingId } = this;
    const answer = await this.#client.call(operation, { meetingId, input, intendedAt });
    this.#note(answer.outcome);
    const { causes } = this.#options.contract.operations.get(operation)!;
    if (answer.outcome === 'ok' && causes !== undefined) this.#caused(causes, answer);
    return answer;
  }

  #caused(event: string, { startedAt, heldMs, unique }: Answer): void {
    const { userId, meetingId } = this;
    const isMatched = this.#options.contract.events.get(event)?.match !== undefined;
    const key = isMatched && unique !== undefined ? unique : userId;
    this.#options.announce?.({ event, meetingId, userId, key, startedAt, ...(heldMs ? { heldMs } : {}) });
  }

  async expectEvent(name: string, { withinMs }: { readonly withinMs: number }): Promise<Outcome> {
    const { contract } = this.#options;
    if (!contract.events.has(name))
      throw new TypeError(
        `the contract has no event "${name}"; its events are ${[...contract.events.keys()].join(', ')}`,
      );
    const { promise, resolve } = deferred<void>();
    const heard = this.#awaited.get(name) ?? new Set();
    this.#awaited.set(name, heard.add(resolve));
    const { clock, leaveRequest } = this.#options;
    const over = new AbortController();
    const until = leaveRequest
      .pause(clock.now() + withinMs, this.random, over.signal)
      .then((isOver): Outcome => (isOver ? 'timeout' : 'aborted'));
    const outcome = await Promise.race([promise.then((): Outcome => 'ok'), until]);
    over.abort();
    heard.delete(resolve);
    if (heard.size === 0) this.#awaited.delete(name);
    return outcome;
  }

  async arrive(): Promise<string | undefined> {
    const take = async (step: Step) =>
      step === 'socket.connect' ? this.connect() : (await this.call(step)).outcome;
    return (await takeSteps(stepsInto(this.#options.contract), take))?.step;
  }

  async connect(): Promise<Outcome> {
    const outcome = (await this.#room?.connect(this.#takeDue())) ?? 'ok';
    this.#note(outcome);
    if (outcome === 'ok' && this.#lastStep === 'socket.connect') this.#inRoom();
    return outcome;
  }

  override async leave(): Promise<Answer> {
    // After leaving, no event is expected any more, not even one that is on its way, and no return.
    this.#outOfRoom();
    this.#endReturn();
    const now = this.#options.clock.now();
    return this.can('meeting.leave')
      ? this.call('meeting.leave')
      : { outcome: 'ok', startedAt: now, endedAt: now };
  }

  async think([low, high]: readonly [number, number]): Promise<boolean> {
    const { clock, leaveRequest } = this.#options;
    const due = clock.now() + low + (high - low) * this.random();
    const goesOn = await leaveRequest.pause(due, this.random);
    if (goesOn) this.#due = due;
    return goesOn;
  }

  /** Leaves over the connection without a record: for the end, when the answer changes nothing. */
  async leaveUnrecorded(): Promise<void> {
    const operation = this.#options.contract.operations.get('meeting.leave');
    if (operation?.over !== 'socket' || !this.isConnected) return;
    await this.#room?.perform(operation, { meetingId: this.meetingId });
  }

  /** Ends both connections at once; calls in flight end as `aborted`. */
  async disconnect(): Promise<void> {
    this.#outOfRoom();
    const closed = this.#room?.close();
    await this.#options.context.dispose();
    await closed;
  }

  /** Disconnects, and gives back the identity and what else it used. */
  async close(): Promise<void> {
    await this.disconnect();
    await this.#options.identity.release();
    await this.#options.onClose?.();
  }

  #note(outcome: Outcome): void {
    if (outcome === 'generator limit') this.#hitGeneratorLimit = true;
  }

  #takeDue(): number | undefined {
    const due = this.#due;
    this.#due = undefined;
    return due;
  }

  #inRoom(): void {
    if (this.#member) return; // a step that is repeated makes no second participant
    this.#member = { userId: this.userId, meetingId: this.meetingId, enteredAt: this.#options.clock.now() };
    this.#options.deliveries?.entered(this.#member);
  }

  /** A return that is still under way when the session ends was none. */
  #endReturn(): void {
    const lostAt = this.#room?.lostAt;
    if (lostAt === undefined) return;
    const timings = this.#options.timings.operation('room.return');
    timings.record('timeout', lostAt, this.#options.clock.now());
    timings.failure('timeout', 'not back before the session ended', 'not back before the session ended');
    this.#room?.stopReturning();
  }

  #outOfRoom(): void {
    if (this.#member) {
      // Where this process was busy, events wait in the socket that are not heard any more: they do not count as lost.
      const leftAt = Math.min(this.#options.clock.now(), arrivals.seenUntil);
      this.#options.deliveries?.left(this.#member, leftAt);
    }
    this.#member = undefined;
  }
}
