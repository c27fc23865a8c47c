import type { Ledger, MeetingState } from '../checks/ledger.ts';
import { VANISHED } from '../checks/membership.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Reach } from '../kernel/reach.ts';
import type { Access } from '../meetings/access.ts';
import type { Answer } from '../meetings/answer.ts';
import { type Step, stepsBack, stepsInto } from '../meetings/contract/contract.ts';
import type { Identity } from '../meetings/identities/identity.ts';
import type { NetworkAdvice, NetworkQuality } from '../meetings/meeting.ts';
import { MeetingsClient } from '../meetings/meetings-client.ts';
import type { Offers } from '../meetings/offers.ts';
import { notedAs } from '../meetings/operations.ts';
import type { ReconnectPolicy } from '../meetings/reconnect-policy.ts';
import { RoomConnection, type RoomEvent } from '../meetings/room-connection.ts';
import { type Reported, reportedIn } from '../meetings/roster.ts';
import { openRequestContext, type RequestContext } from '../request-context/request-context.ts';
import type { Outcome } from '../timings/outcome.ts';
import { Timings } from '../timings/timings.ts';
import { MeetingView, stateOf } from './meeting-view.ts';
import type { UserNames } from './user-names.ts';

export interface WitnessOptions {
  readonly access: Access;
  /** A user of its own for each name. */
  readonly name: string;
  readonly meetingId: string;
  readonly http: Reach;
  readonly socket: Reach;
  /** Where the meeting can be left at the end, whatever became of the service. */
  readonly directUrl: string;
  readonly ledger: Ledger;
  readonly timings: Timings;
  readonly clock: Clock;
  /** For each call, and for each attempt to connect. */
  readonly timeoutMs: number;
  readonly policy: ReconnectPolicy;
  /** Which answer has the roster, and whether it has the hands. */
  readonly offers: Pick<Offers, 'roster' | 'hand'>;
  /** Users whom the harness has in the meeting to look at the roster: they are no part of any view. */
  ignores?(userId: string): boolean;
  /** What users are called whom the service knows by their connections: those change, and the users do not. */
  readonly names?: UserNames;
  /** Puts something between the participant and its HTTP calls, such as the loss of some. */
  readonly wrap?: (context: RequestContext) => RequestContext;
}

/**
 * A participant that writes down all it does, is told and sees, keeps its own view of the meeting, and comes back after
 * the loss of its connection as a good client does: connect, enter the room, ask for the state.
 */
export class Witness {
  readonly #options: WitnessOptions;
  readonly #identity: Identity;
  readonly #context: RequestContext;
  readonly #client: MeetingsClient;
  readonly #room: RoomConnection | undefined;
  readonly #view = new MeetingView();
  readonly #stepsBack: readonly Step[];
  #hasLeft = false;

  private constructor(options: WitnessOptions, identity: Identity, context: RequestContext) {
    const { access, clock } = options;
    this.#options = options;
    this.#identity = identity;
    this.#context = context;
    this.#stepsBack = stepsBack(access.contract);
    this.#room = access.contract.socket ? this.#connection() : undefined;
    this.#client = new MeetingsClient({
      contract: access.contract,
      context,
      timings: options.timings,
      clock,
      identity,
      room: this.#room,
    });
  }

  #connection(): RoomConnection {
    const { socket, timeoutMs, timings, clock, policy, access, ledger } = this.#options;
    return new RoomConnection({
      ...socket,
      contract: access.contract,
      identity: this.#identity,
      timeoutMs,
      timings,
      clock,
      policy,
      onEvent: (event) => this.#saw(event),
      onDrop: () => undefined, // the ledger has every change
      onChange: (change, reason) => {
        if (change === 'connected') this.#options.names?.add(this.#identity.userId, this.#options.name);
        ledger.add({ who: this.userId, type: 'socket', change, ...(reason === undefined ? {} : { reason }) });
      },
      comeBack: {
        enter: () => this.#enterAgain(),
        rejoin: () => this.join(),
        resync: async () => (await this.#resync()) === 'ok',
      },
    });
  }

  static async open(options: WitnessOptions): Promise<Witness> {
    const identity = await options.access.identities.open(options.name);
    const context = await openRequestContext('wire', {
      baseURL: options.http.url,
      via: options.http.via,
      extraHTTPHeaders: { ...identity.headers },
      timeoutMs: options.timeoutMs,
    });
    return new Witness(options, identity, options.wrap?.(context) ?? context);
  }

  /** As the service says it; where that changes with each connection, the name that stays. */
  get userId(): string {
    const { names, name } = this.#options;
    return names ? name : this.#identity.userId;
  }

  /** Joins, connects and enters the room, in the order of the contract; false as soon as one of them fails. */
  async arrive(): Promise<boolean> {
    for (const step of stepsInto(this.#options.access.contract)) {
      if (step === 'socket.connect') {
        if (!(await this.connect())) return false;
      } else if (step === 'meeting.join') {
        if ((await this.join()) !== 'ok') return false;
      } else if ((await this.#goIn('room.enter')) !== 'ok') return false;
    }
    return this.#isToldOnEntry || (await this.takeState()) === 'ok';
  }

  /** Whether entering the room tells the state as well: then no event can come in between. */
  get #isToldOnEntry(): boolean {
    const { roster } = this.#options.offers;
    return (roster === 'meeting.join' || roster === 'room.enter') && this.#stepsBack.includes(roster);
  }

  /** Who is not connected yet connects first, where the service joins over the socket. */
  async join(): Promise<Outcome> {
    const { contract } = this.#options.access;
    const operation = contract.operations.get('meeting.join');
    if (operation?.over !== 'http' && !this.isConnected) await this.connect();
    return operation ? this.#goIn('meeting.join') : this.#goIn('room.enter');
  }

  /** One of the two ways in. Where the service has only one, it both joins and enters. */
  async #goIn(name: 'meeting.join' | 'room.enter', isReturn = false): Promise<Outcome> {
    const { access, ledger, offers } = this.#options;
    const { operations } = access.contract;
    const isOnly =
      this.#stepsBack.length === 1 && this.#stepsBack[0] === name && !operations.has(other(name));
    // Checks ask who has joined, and since when a user is in the room.
    const joins = isOnly && name === 'room.enter';
    const cause = this.#causeOf(name);
    // Who comes back may still be in the room for the service, and then nobody hears of it.
    const [certain, possible] = isReturn ? [null, cause] : [cause, null];
    const also = isOnly
      ? ledger.invoke(
          this.userId,
          joins ? 'join' : 'enter',
          undefined,
          joins ? certain : null,
          joins ? possible : null,
        )
      : undefined;
    const { outcome } = await this.#view.refresh(
      () => this.#noted(name, { causes: joins ? null : certain, mayCause: joins ? null : possible }),
      (answer) => (offers.roster === name ? this.#stateOf(name, answer) : undefined),
    );
    also?.(outcome);
    return outcome;
  }

  async leave(): Promise<Outcome> {
    if (!this.#client.can('meeting.leave')) {
      await this.vanish();
      return 'ok';
    }
    const { outcome } = await this.#noted('meeting.leave');
    this.#hasLeft = outcome === 'ok';
    return outcome;
  }

  async raiseHand(): Promise<Outcome> {
    return (await this.#noted('hand.raise')).outcome;
  }

  async lowerHand(): Promise<Outcome> {
    return (await this.#noted('hand.lower')).outcome;
  }

  async report(seen: NetworkQuality): Promise<Outcome> {
    return (await this.#noted('network.report', { input: seen, told: (answer) => this.#adviceIn(answer) }))
      .outcome;
  }

  /** Takes the whole state over, from the answer that has the roster; nothing where no answer tells of the meeting. */
  async takeState(): Promise<Outcome> {
    const { access, offers } = this.#options;
    switch (offers.roster) {
      case 'meeting.reconnect':
        return this.reconnect();
      case 'meeting.join':
        return this.join();
      case 'room.enter':
        return this.#goIn('room.enter');
      default:
        return access.contract.operations.has('meeting.get') ? this.lookUp() : 'ok';
    }
  }

  /** Reads the meeting, and takes over what the answer says of it; nothing where no answer tells of it. */
  async lookUp(): Promise<Outcome> {
    if (!this.#client.can('meeting.get')) return 'ok';
    const { outcome } = await this.#view.refresh(
      () => this.#noted('meeting.get'),
      (answer) => this.#stateOf('meeting.get', answer),
    );
    return outcome;
  }

  /** Asks for the full state to resume from, and takes it over; as good as the contract lets it. */
  async reconnect(): Promise<Outcome> {
    if (!this.#client.can('meeting.reconnect')) return this.#resyncByRoster();
    const { outcome } = await this.#view.refresh(
      () => this.#noted('meeting.reconnect'),
      (answer) => {
        const state = this.#stateOf('meeting.reconnect', answer);
        if (state) this.#options.ledger.add({ who: this.userId, type: 'state', source: 'reconnect', state });
        return state;
      },
    );
    return outcome;
  }

  /** After a loss of the connection: the operation that the contract has for it, or any that tells the state. */
  #resync(): Promise<Outcome> {
    return this.#client.can('meeting.reconnect') ? this.reconnect() : this.#resyncByRoster();
  }

  /** Noted as what it replaces. Where the entry itself tells the state, nothing is left to ask. */
  async #resyncByRoster(): Promise<Outcome> {
    const { ledger } = this.#options;
    const answered = ledger.invoke(this.userId, 'reconnect', undefined, null);
    const outcome = this.#isToldOnEntry ? 'ok' : await this.takeState();
    answered(outcome);
    if (outcome === 'ok')
      ledger.add({ who: this.userId, type: 'state', source: 'reconnect', state: this.#view.state });
    return outcome;
  }

  #causeOf(operation: string): string | null {
    return this.#options.access.contract.operations.get(operation)?.causes ?? null;
  }

  /** Opens the connection; it is retried as the policy says. False when it did not stand within the timeout. */
  async connect(): Promise<boolean> {
    this.#hasLeft = false;
    return this.#room === undefined || (await this.#room.connect()) === 'ok';
  }

  get isConnected(): boolean {
    return this.#room?.isConnected ?? true;
  }

  /** Connected, or gone as it wanted: leaving may be the end of the connection. */
  get isWell(): boolean {
    return this.isConnected || this.#hasLeft;
  }

  /** Connected, and no return after a lost connection is still under way. */
  get isBack(): boolean {
    return this.#room?.isBack ?? true;
  }

  /** Enters the room on the connection, after joining; where joining has done so, nothing is left to do. */
  async enter(): Promise<Outcome> {
    const isOwnStep = this.#client.can('room.enter') && this.#client.can('meeting.join');
    return isOwnStep ? this.#goIn('room.enter') : 'ok';
  }

  /** All that has to be done on a new connection to be in the room. */
  async #enterAgain(): Promise<Outcome> {
    for (const step of this.#stepsBack) {
      if (step === 'socket.connect') continue;
      const outcome = await this.#goIn(step, true);
      if (outcome !== 'ok') return outcome;
    }
    return 'ok';
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
    this.#room?.closeEngine();
  }

  /** Goes away for good without a word to the HTTP side: a closed laptop, a crashed browser. */
  async vanish(): Promise<void> {
    this.#options.ledger.add({ who: 'experiment', type: 'mark', name: VANISHED, value: this.userId });
    await this.close();
  }

  /** At the end of the experiment: leaves the meeting over the direct way to the service, and is gone. */
  async depart(): Promise<void> {
    const { directUrl, timeoutMs, meetingId, access, clock } = this.#options;
    const over = access.contract.operations.get('meeting.leave')?.over;
    if (over === 'socket' && this.isConnected)
      // Not recorded: the way may be cut by now, and nobody waits for the answer.
      await this.#leaveUnrecorded();
    await this.close();
    if (over === 'http') {
      const context = await openRequestContext('wire', {
        baseURL: directUrl,
        extraHTTPHeaders: { ...this.#identity.headers },
        timeoutMs,
      });
      const timings = new Timings(clock.now());
      const { contract } = access;
      await new MeetingsClient({ contract, context, timings, clock, identity: this.#identity }).leave(
        meetingId,
      );
      await context.dispose();
    }
    await this.#identity.release();
  }

  async #leaveUnrecorded(): Promise<void> {
    const { access, meetingId } = this.#options;
    const operation = access.contract.operations.get('meeting.leave');
    if (operation && operation.over !== 'http') await this.#room?.perform(operation, { meetingId });
  }

  async close(): Promise<void> {
    const closed = this.#room?.close();
    // Calls of a return that is under way end with the context.
    await this.#context.dispose();
    await closed;
  }

  #stateOf(operation: string, answer: Answer): MeetingState | undefined {
    const { offers, ignores, access } = this.#options;
    const reported: Reported | undefined = reportedIn(access.contract, operation, answer);
    return reported && stateOf(reported, offers.hand === true, ignores, this.#options.names);
  }

  #adviceIn({ values }: Answer): NetworkAdvice | undefined {
    const advice = this.#options.access.contract.operations.get('network.report')?.reads.advice;
    if (!advice || !values) return undefined;
    return Object.fromEntries(
      Object.entries(advice).flatMap(([name, read]) => {
        const value = read(values);
        return value === undefined ? [] : [[name, value]];
      }),
    );
  }

  #saw(event: RoomEvent): void {
    const { name, meetingId, key, definition, values } = event;
    if (meetingId !== this.#options.meetingId || this.#options.ignores?.(event.userId)) return;
    const { names, ledger } = this.#options;
    const userId = names?.of(event.userId) ?? event.userId;
    const time = definition.time
      ? definition.time(values)
      : (values.payload as { timestamp?: unknown } | undefined | null)?.timestamp;
    const stamp = time === undefined || time === null ? {} : { stamp: String(time) };
    const about = definition.match ? key : userId;
    ledger.add({ who: this.userId, type: 'saw', event: name, about, ...stamp });
    this.#view.apply({ ...event, userId });
  }

  async #noted(
    operation: keyof typeof notedAs,
    { input, told, causes = this.#causeOf(operation), mayCause = null }: Noting = {},
  ): Promise<Answer> {
    const { ledger, meetingId } = this.#options;
    const answered = ledger.invoke(this.userId, notedAs[operation], input, causes, mayCause);
    const answer = await this.#client.call(operation, { meetingId, input });
    const { outcome, retryAfter } = answer;
    answered(outcome, outcome === 'ok' ? told?.(answer) : retryAfter && { retryAfter });
    return answer;
  }
}

function other(name: 'meeting.join' | 'room.enter') {
  return name === 'meeting.join' ? 'room.enter' : 'meeting.join';
}

/** How a call is written into the ledger. */
interface Noting {
  readonly input?: unknown;
  /** What of a successful answer is kept. */
  readonly told?: (answer: Answer) => unknown;
  readonly causes?: string | null;
  readonly mayCause?: string | null;
}
