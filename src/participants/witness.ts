import type { Ledger, MeetingState } from '../checks/ledger.ts';
import { VANISHED } from '../checks/membership.ts';
import type { Clock } from '../kernel/clock.ts';
import type { NetworkQuality, RoomEvent } from '../meetings/contract.ts';
import type { Identity } from '../meetings/identity.ts';
import { leaveMeeting } from '../meetings/leave-meeting.ts';
import { type Answer, MeetingsApi } from '../meetings/meetings-api.ts';
import type { Offers } from '../meetings/offers.ts';
import type { ReconnectPolicy } from '../meetings/reconnect-policy.ts';
import { RoomConnection } from '../meetings/room-connection.ts';
import type { Reported } from '../meetings/roster.ts';
import { openRequestContext, type RequestContext } from '../request-context/request-context.ts';
import type { Outcome } from '../timings/outcome.ts';
import type { Timings } from '../timings/timings.ts';
import { MeetingView, stateOf } from './meeting-view.ts';

export interface WitnessOptions {
  readonly identity: Identity;
  readonly meetingId: string;
  /** Where HTTP and Socket.IO both go: the service itself, or a path of the link. */
  readonly url: string;
  /** The service itself. */
  readonly directUrl: string;
  readonly ledger: Ledger;
  readonly timings: Timings;
  readonly clock: Clock;
  /** For each call, and for each attempt to connect. */
  readonly timeoutMs: number;
  readonly policy: ReconnectPolicy;
  /** Which answer has the roster, and in which field the hand is. */
  readonly offers: Pick<Offers, 'roster' | 'hand'>;
  /** Users whom the harness has in the meeting to look at the roster: they are no part of any view. */
  ignores?(userId: string): boolean;
  readonly transports?: readonly ('websocket' | 'polling')[];
  /** Puts something between the participant and its HTTP calls, such as the loss of some. */
  readonly wrap?: (context: RequestContext) => RequestContext;
}

/**
 * A participant that writes down all it does, is told and sees, keeps its own view of the meeting, and comes back after
 * the loss of its connection as a good client does: connect, enter the room, ask for the state.
 */
export class Witness {
  readonly userId: string;
  readonly #options: WitnessOptions;
  readonly #context: RequestContext;
  readonly #api: MeetingsApi;
  readonly #room: RoomConnection;
  readonly #view: MeetingView;

  private constructor(options: WitnessOptions, context: RequestContext) {
    const { identity, timings, clock, ledger } = options;
    this.#options = options;
    this.userId = identity.userId;
    this.#view = new MeetingView(options.offers.hand);
    this.#context = context;
    this.#api = new MeetingsApi(context, timings, clock, identity.userId);
    this.#room = new RoomConnection({
      url: options.url,
      token: identity.token,
      timeoutMs: options.timeoutMs,
      clock,
      policy: options.policy,
      ...(options.transports ? { transports: options.transports } : {}),
      onEvent: (event) => this.#saw(event),
      onDrop: () => undefined, // the ledger has every change
      onChange: (change, reason) =>
        ledger.add({ who: this.userId, type: 'socket', change, ...(reason === undefined ? {} : { reason }) }),
      comeBack: {
        enter: () => this.enter(),
        rejoin: () => this.join(),
        resync: async () => (await this.reconnect()) === 'ok',
      },
    });
  }

  static async open(options: WitnessOptions): Promise<Witness> {
    const context = await openRequestContext('wire', {
      baseURL: options.url,
      extraHTTPHeaders: { authorization: `Bearer ${options.identity.token}` },
      timeoutMs: options.timeoutMs,
    });
    return new Witness(options, options.wrap?.(context) ?? context);
  }

  /** Joins, connects and enters the room; false as soon as one of them fails. */
  async arrive(): Promise<boolean> {
    if ((await this.join()) !== 'ok') return false;
    if (!(await this.connect())) return false;
    if ((await this.enter()) !== 'ok') return false;
    return (await this.takeState()) === 'ok';
  }

  async join(): Promise<Outcome> {
    const ask = () => this.#noted('join', this.#api.join(this.#options.meetingId));
    const hasRoster = this.#options.offers.roster === 'meeting.join';
    const { outcome } = await this.#view.refresh(ask, ({ data }) =>
      data && hasRoster ? this.#stateOf(data) : undefined,
    );
    return outcome;
  }

  async leave(): Promise<Outcome> {
    return (await this.#noted('leave', this.#api.leave(this.#options.meetingId))).outcome;
  }

  async raiseHand(): Promise<Outcome> {
    return (await this.#noted('raise', this.#api.raiseHand(this.#options.meetingId))).outcome;
  }

  async lowerHand(): Promise<Outcome> {
    return (await this.#noted('lower', this.#api.lowerHand(this.#options.meetingId))).outcome;
  }

  async report(seen: NetworkQuality): Promise<Outcome> {
    const call = this.#api.reportNetwork(this.#options.meetingId, seen);
    return (await this.#noted('report', call, seen, (advice) => advice)).outcome;
  }

  /** Takes the whole state over, from the answer that has the roster. */
  takeState(): Promise<Outcome> {
    switch (this.#options.offers.roster) {
      case 'meeting.reconnect':
        return this.reconnect();
      case 'meeting.join':
        return this.join();
      default:
        return this.lookUp();
    }
  }

  /** Reads the meeting, and takes over what the answer says of it. */
  async lookUp(): Promise<Outcome> {
    const ask = () => this.#noted('get', this.#api.get(this.#options.meetingId));
    const { outcome } = await this.#view.refresh(ask, ({ data }) => data && this.#stateOf({ meeting: data }));
    return outcome;
  }

  /** Asks for the full state to resume from, and takes it over. */
  async reconnect(): Promise<Outcome> {
    const ask = () => this.#noted('reconnect', this.#api.reconnect(this.#options.meetingId));
    const { outcome } = await this.#view.refresh(ask, ({ data }) => {
      if (!data) return undefined;
      const state = this.#stateOf(data);
      this.#options.ledger.add({ who: this.userId, type: 'state', source: 'reconnect', state });
      return state;
    });
    return outcome;
  }

  /** Opens the connection; it is retried as the policy says. False when it did not stand within the timeout. */
  async connect(): Promise<boolean> {
    return (await this.#room.connect()) === 'ok';
  }

  get isConnected(): boolean {
    return this.#room.isConnected;
  }

  /** Connected, and no return after a lost connection is still under way. */
  get isBack(): boolean {
    return this.#room.isBack;
  }

  async enter(): Promise<Outcome> {
    const answered = this.#options.ledger.invoke(this.userId, 'enter');
    const outcome = await this.#room.enter(this.#options.meetingId);
    answered(outcome);
    return outcome;
  }

  /** Writes the own view of the meeting into the ledger. */
  tellView(): void {
    this.#options.ledger.add({ who: this.userId, type: 'state', source: 'view', state: this.#view.state });
  }

  get view() {
    return this.#view.state;
  }

  /** Closes the engine under Socket.IO, as a fault of the client's own: it comes back by itself. */
  closeEngine(): void {
    this.#room.closeEngine();
  }

  /** Goes away for good without a word to the HTTP side: a closed laptop, a crashed browser. */
  async vanish(): Promise<void> {
    this.#options.ledger.add({ who: 'experiment', type: 'mark', name: VANISHED, value: this.userId });
    await this.close();
  }

  /** At the end of the experiment: leaves the meeting over the direct way to the service, and is gone. */
  async depart(): Promise<void> {
    await this.close();
    const { directUrl, identity, timeoutMs, meetingId } = this.#options;
    const context = await openRequestContext('wire', {
      baseURL: directUrl,
      extraHTTPHeaders: { authorization: `Bearer ${identity.token}` },
      timeoutMs,
    });
    await leaveMeeting(context, meetingId);
    await context.dispose();
  }

  async close(): Promise<void> {
    const closed = this.#room.close();
    // Calls of a return that is under way end with the context.
    await this.#context.dispose();
    await closed;
  }

  #stateOf(reported: Reported): MeetingState {
    const { offers, ignores } = this.#options;
    return stateOf(reported, offers.hand, ignores);
  }

  #saw(event: RoomEvent): void {
    const { name, meetingId, userId, payload } = event;
    if (meetingId !== this.#options.meetingId || this.#options.ignores?.(userId)) return;
    const { timestamp } = payload;
    const stamp = timestamp === undefined ? {} : { stamp: String(timestamp) };
    this.#options.ledger.add({ who: this.userId, type: 'saw', event: name, about: userId, ...stamp });
    this.#view.apply(event);
  }

  async #noted<Data>(
    op: Parameters<Ledger['invoke']>[1],
    call: Promise<Answer<Data>>,
    asked?: unknown,
    told?: (data: Data | undefined) => unknown,
  ): Promise<Answer<Data>> {
    // The call was begun by the caller, in the same turn: nothing can have happened before this entry.
    const answered = this.#options.ledger.invoke(this.userId, op, asked);
    const answer = await call;
    const { outcome, data, retryAfter } = answer;
    answered(outcome, outcome === 'ok' ? told?.(data) : retryAfter && { retryAfter });
    return answer;
  }
}
