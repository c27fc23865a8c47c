import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import { eventOf, type NetworkQuality } from '../meetings/contract.ts';
import type { Identity } from '../meetings/identity.ts';
import { type Answer, MeetingsApi } from '../meetings/meetings-api.ts';
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
    this.#api = new MeetingsApi(options.context, options.timings, options.clock);
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
    });
  }

  join() {
    return this.#causing('meeting.join', this.#api.join(this.meetingId, this.#takeDue()));
  }

  connect(): Promise<Outcome> {
    return this.#room.connect(this.#takeDue());
  }

  async enterRoom(): Promise<Outcome> {
    const outcome = await this.#room.enter(this.meetingId, this.#takeDue());
    if (outcome === 'ok') {
      this.#member = { userId: this.userId, meetingId: this.meetingId, enteredAt: this.#options.clock.now() };
      this.#options.deliveries.entered(this.#member);
    }
    return outcome;
  }

  getMeeting() {
    return this.#api.get(this.meetingId, this.#takeDue());
  }

  raiseHand() {
    return this.#causing('hand.raise', this.#api.raiseHand(this.meetingId, this.#takeDue()));
  }

  lowerHand() {
    return this.#causing('hand.lower', this.#api.lowerHand(this.meetingId, this.#takeDue()));
  }

  reportNetwork(seen: NetworkQuality) {
    return this.#api.reportNetwork(this.meetingId, seen, this.#takeDue());
  }

  leave() {
    // Who leaves expects no more events, not even those that are on their way.
    this.#outOfRoom();
    return this.#causing('meeting.leave', this.#api.leave(this.meetingId, this.#takeDue()));
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
    this.#room.close();
    await this.#options.context.dispose();
    await this.#options.onClose?.();
  }

  async #causing<Data>(operation: keyof typeof eventOf, call: Promise<Answer<Data>>): Promise<Answer<Data>> {
    const answer = await call;
    if (answer.outcome === 'ok') {
      const { userId, meetingId } = this;
      this.#options.announce({ event: eventOf[operation], meetingId, userId, startedAt: answer.startedAt });
    }
    return answer;
  }

  #takeDue(): number | undefined {
    const due = this.#due;
    this.#due = undefined;
    return due;
  }

  #outOfRoom(): void {
    if (this.#member) this.#options.deliveries.left(this.#member, this.#options.clock.now());
    this.#member = undefined;
  }
}
