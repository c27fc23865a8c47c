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
  /** The route to Socket.IO. */
  readonly socket: Reach;
  /** Default `socket.io`. */
  readonly socketClient?: SocketClient | undefined;
  readonly timeoutMs: number;
  readonly timings: Timings;
  readonly clock: Clock;
  /** How the participant reopens a lost connection. By default, as the contract states. */
  readonly policy?: ReconnectPolicy;
  /** Matches the events that the participant receives with their causes. */
  readonly deliveries?: EventDeliveries;
  /** Sends a cause of this participant to the other slices. */
  announce?(cause: EventCause): void;
  onDrop?(reason: string): void;
  /** Releases the resources of this participant. */
  onClose?(): Promise<void>;
  /** Asks the participants of the run to leave. */
  readonly leaveRequest: LeaveRequest;
  /** The start of this participant by the schedule, in ms of the clock. */
  readonly intendedAt?: number;
}

/** Receives the events and connection changes of a participant, and performs the return into the room in its place. */
export interface Observer {
  heard(event: RoomEvent): void;
  changed(change: SocketChange, reason: string | undefined): void;
  readonly comeBack: Omit<ComeBack, 'done'>;
}

/** A participant that uses HTTP and Socket.IO from Node. Most participants of a crowd are of this kind. */
export class ProtocolParticipant extends Participant {
  readonly meetingId: string;
  readonly random: Random;
  readonly #options: ProtocolParticipantOptions;
  readonly #client: MeetingsClient;
  readonly #room: RoomConnection | undefined;
  /** The last step into the meeting: after it, the participant is in the room. */
  readonly #lastStep: Step | undefined;
  /** The intended start of the next call: the arrival or the end of a pause. Undefined within a sequence of calls. */
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

  /** Whether a call failed because this machine had no port, descriptor or memory left. */
  get hitGeneratorLimit(): boolean {
    return this.#hitGeneratorLimit;
  }

  /** Some services assign the id when the participant connects. */
  get userId(): string {
    return this.#options.identity.userId;
  }

  /** A participant has at most one observer. */
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

  /** Closes the engine under Socket.IO, as a fault of the client. The client reconnects by itself. */
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
    if (operation === 'meeting.leave') {
      // After leaving, the participant expects no event, not even one that is on its way, and no return.
      this.#outOfRoom();
      this.#endReturn();
      const now = this.#options.clock.now();
      if (!this.can(operation)) return { outcome: 'ok', startedAt: now, endedAt: now };
    }
    const answer = await this.#ask(operation, input, this.#takeDue());
    if (answer.outcome === 'ok' && operation === this.#lastStep) this.#inRoom();
    return answer;
  }

  /** Calls without a due time: the steps of a return use this function, and no schedule waits for them. */
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

  override async arrive(): Promise<string | undefined> {
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

  async think([low, high]: readonly [number, number]): Promise<boolean> {
    const { clock, leaveRequest } = this.#options;
    const due = clock.now() + low + (high - low) * this.random();
    const goesOn = await leaveRequest.pause(due, this.random);
    if (goesOn) this.#due = due;
    return goesOn;
  }

  /** Leaves over the connection without a record: for the end of an experiment, when the answer has no effect. */
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

  /** Disconnects, and releases the identity and all other resources. */
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
    if (this.#member) return; // a repeated step makes no second member
    this.#member = { userId: this.userId, meetingId: this.meetingId, enteredAt: this.#options.clock.now() };
    this.#options.deliveries?.entered(this.#member);
  }

  /** A return that is not finished when the session ends has failed. */
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
      // When this process was busy, the socket may hold events that are never read: they do not count as lost.
      const leftAt = Math.min(this.#options.clock.now(), arrivals.seenUntil);
      this.#options.deliveries?.left(this.#member, leftAt);
    }
    this.#member = undefined;
  }
}
