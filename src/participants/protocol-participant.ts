import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { NetworkQuality } from '../meetings/contract.ts';
import type { Identity } from '../meetings/identity.ts';
import { type Answer, MeetingsApi } from '../meetings/meetings-api.ts';
import { type AnswerTo, causes, eventOf, type HttpName, type SentWith } from '../meetings/operations.ts';
import { contractPolicy } from '../meetings/reconnect-policy.ts';
import { RoomConnection } from '../meetings/room-connection.ts';
import type { RequestContext } from '../request-context/request-context.ts';
import type { Outcome } from '../timings/outcome.ts';
import type { Timings } from '../timings/timings.ts';
import type { EventCause, EventDeliveries, RoomMember } from './event-deliveries.ts';
import type { Participant } from './participant.ts';

export interface ProtocolParticipantOptions {
  readonly identity: Identity;
  readonly meetingId: string;
  readonly random: Random;
  readonly context: RequestContext;
  readonly socketUrl: string;
  readonly timeoutMs: number;
  readonly timings: Timings;
  readonly clock: Clock;
  readonly deliveries: EventDeliveries;
  /** Tells the other shares what this participant caused. */
  announce(cause: EventCause): void;
  onDrop(reason: string): void;
  /** Gives back what only this participant used. */
  onClose?(): Promise<void>;
  /** Aborts when the run wants its participants to leave. */
  readonly leaveSignal: AbortSignal;
  /** When the schedule wanted this participant, in ms of the clock. */
  readonly intendedAt: number;
}

/** A participant that speaks HTTP and Socket.IO from Node: the bulk of every crowd. */
export class ProtocolParticipant implements Participant {
  readonly userId: string;
  readonly meetingId: string;
  readonly random: Random;
  readonly #options: ProtocolParticipantOptions;
  readonly #api: MeetingsApi;
  readonly #room: RoomConnection;
  /** When the next call should start: the arrival, then the end of a pause; undefined within a sequence. */
  #due: number | undefined;
  #member: RoomMember | undefined;

  constructor(options: ProtocolParticipantOptions) {
    this.#options = options;
    this.userId = options.identity.userId;
    this.meetingId = options.meetingId;
    this.random = options.random;
    this.#due = options.intendedAt;
    this.#api = new MeetingsApi(options.context, options.timings, options.clock, this.userId);
    this.#room = new RoomConnection({
      url: options.socketUrl,
      token: options.identity.token,
      timeoutMs: options.timeoutMs,
      timings: options.timings,
      clock: options.clock,
      onEvent: ({ name, userId }, at) => {
        if (this.#member) options.deliveries.arrived(name, userId, this.#member, at);
      },
      onDrop: (reason) => {
        this.#outOfRoom();
        options.onDrop(reason);
      },
      policy: contractPolicy,
      comeBack: {
        enter: () => this.#room.enter(this.meetingId),
        rejoin: () => this.call('meeting.join', {}),
        resync: async () => (await this.#api.reconnect(this.meetingId)).outcome === 'ok',
        done: (lostAt) => {
          this.#inRoom();
          options.timings.operation('room.return').record('ok', lostAt, options.clock.now());
        },
      },
    });
  }

  async call<Name extends HttpName>(operation: Name, body?: SentWith<Name>): Promise<Answer<AnswerTo<Name>>> {
    const intendedAt = this.#takeDue();
    const { meetingId, userId } = this;
    const answer = await this.#api.call(operation, { meetingId, intendedAt, ...(body ? { body } : {}) });
    if (answer.outcome === 'ok' && causes(operation))
      this.#options.announce({ event: eventOf[operation], meetingId, userId, startedAt: answer.startedAt });
    return answer;
  }

  join() {
    return this.call('meeting.join', {});
  }

  connect(): Promise<Outcome> {
    return this.#room.connect(this.#takeDue());
  }

  async enterRoom(): Promise<Outcome> {
    const outcome = await this.#room.enter(this.meetingId, this.#takeDue());
    if (outcome === 'ok') this.#inRoom();
    return outcome;
  }

  getMeeting() {
    return this.call('meeting.get');
  }

  raiseHand() {
    return this.call('hand.raise', {});
  }

  lowerHand() {
    return this.call('hand.lower', {});
  }

  reportNetwork(seen: NetworkQuality) {
    return this.call('network.report', seen);
  }

  leave() {
    // Who leaves expects no more events, not even those that are on their way, and does not come back.
    this.#outOfRoom();
    this.#endReturn();
    return this.call('meeting.leave', {});
  }

  async think([low, high]: readonly [number, number]): Promise<boolean> {
    const { clock, leaveSignal } = this.#options;
    const due = clock.now() + low + (high - low) * this.random();
    try {
      await clock.until(due, leaveSignal);
      this.#due = due;
      return true;
    } catch {
      // Only the signal ends a pause early.
      return false;
    }
  }

  /** Ends both connections at once; calls in flight end as `aborted`. */
  async close(): Promise<void> {
    this.#outOfRoom();
    const closed = this.#room.close();
    await this.#options.context.dispose();
    await closed;
    await this.#options.onClose?.();
  }

  #takeDue(): number | undefined {
    const due = this.#due;
    this.#due = undefined;
    return due;
  }

  #inRoom(): void {
    this.#member = { userId: this.userId, meetingId: this.meetingId, enteredAt: this.#options.clock.now() };
    this.#options.deliveries.entered(this.#member);
  }

  /** A return that is still under way when the session ends was none. */
  #endReturn(): void {
    const { lostAt } = this.#room;
    if (lostAt === undefined) return;
    const timings = this.#options.timings.operation('room.return');
    timings.record('timeout', lostAt, this.#options.clock.now());
    timings.failure('timeout', 'not back before the session ended', 'not back before the session ended');
    this.#room.stopReturning();
  }

  #outOfRoom(): void {
    if (this.#member) this.#options.deliveries.left(this.#member, this.#options.clock.now());
    this.#member = undefined;
  }
}
