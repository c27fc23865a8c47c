import type { Ledger, MeetingState } from '../checks/ledger.ts';
import { VANISHED } from '../checks/membership.ts';
import type { Random } from '../kernel/random.ts';
import type { Answer } from '../meetings/answer.ts';
import { type Contract, type Step, stepsBack, stepsInto } from '../meetings/contract/contract.ts';
import type { NetworkAdvice } from '../meetings/meeting.ts';
import type { Offers } from '../meetings/offers.ts';
import type { SocketChange } from '../meetings/room-connection.ts';
import type { RoomEvent } from '../meetings/room-event.ts';
import { reportedIn } from '../meetings/roster.ts';
import { takeSteps } from '../meetings/take-steps.ts';
import type { Outcome } from '../timings/outcome.ts';
import { MeetingView, stateOf } from './meeting-view.ts';
import { Participant } from './participant.ts';
import type { Observer, ProtocolParticipant } from './protocol-participant.ts';
import type { UserNames } from './user-names.ts';

export interface Recording {
  readonly contract: Contract;
  /** Which answer has the roster, and whether it has the hands. */
  readonly offers: Pick<Offers, 'roster' | 'hand'>;
  /** Users whom the harness has in the meeting to read the roster: they are no part of any view. */
  ignores?(userId: string): boolean;
  /** The name of this user, and the names of all, where the service knows users by their connections. */
  readonly naming?: { readonly name: string; readonly names: UserNames } | undefined;
}

/** What a call adds to its entries in the ledger. */
interface Noting {
  readonly input?: unknown;
  /** The part of a successful answer that is kept. */
  readonly kept?: (answer: Answer) => unknown;
  readonly causes?: string | null;
  readonly mayCause?: string | null;
}

/** Records all that the participant does and receives in the ledger, so that checks can judge it. */
export function recorded(
  participant: ProtocolParticipant,
  ledger: Ledger,
  recording: Recording,
): RecordedParticipant {
  return new RecordedParticipant(participant, ledger, recording);
}

/**
 * A participant that records all that it does and receives in a ledger. It keeps its own view of the meeting, and comes
 * back after the loss of its connection as a good client does: connect, enter the room, ask for the state.
 */
export class RecordedParticipant extends Participant implements Observer {
  readonly #driver: ProtocolParticipant;
  readonly #ledger: Ledger;
  readonly #recording: Recording;
  readonly #view = new MeetingView();
  readonly #stepsBack: readonly Step[];
  readonly comeBack: Observer['comeBack'];
  #hasLeft = false;

  constructor(driver: ProtocolParticipant, ledger: Ledger, recording: Recording) {
    super();
    this.#driver = driver;
    this.#ledger = ledger;
    this.#recording = recording;
    this.#stepsBack = stepsBack(recording.contract);
    this.comeBack = {
      enter: async () =>
        (await takeSteps(this.#stepsBack, (step) => this.#goIn(step, true)))?.outcome ?? 'ok',
      rejoin: () => this.join(),
      resync: async () => (await this.reconnect()).outcome === 'ok',
    };
    driver.observe(this);
  }

  /** As the service calls the user; where that changes with each connection, the name that stays. */
  get userId(): string {
    return this.#recording.naming?.name ?? this.#driver.userId;
  }

  get meetingId(): string {
    return this.#driver.meetingId;
  }

  get random(): Random {
    return this.#driver.random;
  }

  get isConnected(): boolean {
    return this.#driver.isConnected;
  }

  /** Connected, or gone because it left: leaving may be the end of the connection. */
  get isConnectedOrLeft(): boolean {
    return this.isConnected || this.#hasLeft;
  }

  /** Connected, and no return after a lost connection is still under way. */
  get isBack(): boolean {
    return this.#driver.isBack;
  }

  get view(): MeetingState {
    return this.#view.state;
  }

  can(operation: string): boolean {
    return this.#driver.can(operation);
  }

  expectEvent(name: string, options: { readonly withinMs: number }): Promise<Outcome> {
    return this.#driver.expectEvent(name, options);
  }

  think(rangeMs: readonly [number, number]): Promise<boolean> {
    return this.#driver.think(rangeMs);
  }

  /** Calls the operation and records it; what the answer says of the meeting becomes the view. */
  call(operation: string, input?: unknown): Promise<Answer> {
    switch (operation) {
      case 'meeting.join':
        return this.#join();
      case 'room.enter':
        return this.#enter(operation, false);
      case 'meeting.get':
        return this.#read();
      case 'meeting.reconnect':
        return this.reconnect();
      case 'meeting.leave':
        return this.#leave();
      case 'network.report':
        return this.#noted(operation, { input, kept: (answer) => this.#adviceIn(answer) });
      default:
        return this.#noted(operation, { input });
    }
  }

  /** Opens the connection; it is retried as the policy says. */
  connect(): Promise<Outcome> {
    this.#hasLeft = false;
    return this.#driver.connect();
  }

  /** Joins, connects and enters the room, in the order of the contract, and then takes the state over. */
  async arrive(): Promise<string | undefined> {
    const failed = await takeSteps(stepsInto(this.#recording.contract), async (step) => {
      if (step === 'socket.connect') return this.connect();
      return (await this.call(step)).outcome;
    });
    if (failed !== undefined || this.#entryHasState) return failed?.step;
    return (await this.#takeState()) === 'ok' ? undefined : 'meeting.get';
  }

  /** Enters the room on the connection, after joining; where joining has done so, nothing is left to do. */
  override async enterRoom(): Promise<Outcome> {
    return this.can('room.enter') && this.can('meeting.join') ? super.enterRoom() : 'ok';
  }

  /** Asks for the full state and takes it over: by the operation for it, or else by any answer that has the state. */
  async reconnect(): Promise<Answer> {
    if (!this.can('meeting.reconnect')) return this.#resyncByRoster();
    return this.#view.refresh(
      () => this.#noted('meeting.reconnect'),
      (answer) => {
        const state = this.#stateOf('meeting.reconnect', answer);
        if (state) this.#ledger.add({ who: this.userId, type: 'state', source: 'reconnect', state });
        return state;
      },
    );
  }

  /** Writes the own view of the meeting into the ledger. */
  recordView(): void {
    this.#ledger.add({ who: this.userId, type: 'state', source: 'view', state: this.#view.state });
  }

  /** Closes the engine under Socket.IO, as a fault of the client's own: it comes back by itself. */
  closeEngine(): void {
    this.#driver.closeEngine();
  }

  /** Goes away for good without a word to the HTTP side: a closed laptop, a crashed browser. */
  async vanish(): Promise<void> {
    this.#ledger.add({ who: 'experiment', type: 'mark', name: VANISHED, value: this.userId });
    await this.#driver.disconnect();
  }

  changed(change: SocketChange, reason: string | undefined): void {
    const { naming } = this.#recording;
    if (change === 'connected') naming?.names.add(this.#driver.userId, naming.name);
    this.#ledger.add({
      who: this.userId,
      type: 'socket',
      change,
      ...(reason === undefined ? {} : { reason }),
    });
  }

  heard(event: RoomEvent): void {
    const { meetingId, key, definition, values } = event;
    if (meetingId !== this.meetingId || this.#recording.ignores?.(event.userId)) return;
    const userId = this.#recording.naming?.names.of(event.userId) ?? event.userId;
    const time = definition.time
      ? definition.time(values)
      : (values.payload as { timestamp?: unknown } | undefined | null)?.timestamp;
    const stamp = time === undefined || time === null ? {} : { stamp: String(time) };
    // Checks count the events of a user against its calls: what tells two messages apart is only used without a user.
    const about = userId === '' ? key : userId;
    this.#ledger.add({ who: this.userId, type: 'received', event: event.name, about, ...stamp });
    this.#view.apply({ ...event, userId });
  }

  /** Connects first where the service joins over the socket. Without an operation to join, entering the room joins. */
  async #join(): Promise<Answer> {
    const operation = this.#recording.contract.operations.get('meeting.join');
    if (operation?.over !== 'http' && !this.isConnected) await this.connect();
    return this.#enter(operation ? 'meeting.join' : 'room.enter', false);
  }

  async #goIn(step: Step, isReturn: boolean): Promise<Outcome> {
    return step === 'socket.connect' ? 'ok' : (await this.#enter(step, isReturn)).outcome;
  }

  /** One of the two operations that lead into the room. Where the service has only one, it both joins and enters. */
  async #enter(name: 'meeting.join' | 'room.enter', isReturn: boolean): Promise<Answer> {
    const other = name === 'meeting.join' ? 'room.enter' : 'meeting.join';
    const isOnly =
      this.#stepsBack.length === 1 &&
      this.#stepsBack[0] === name &&
      !this.#recording.contract.operations.has(other);
    // On a return, the service may still have the user in the room: then the others hear of nothing.
    const cause = this.#causeOf(name);
    const effect = isReturn ? { causes: null, mayCause: cause } : { causes: cause };
    // Checks ask who has joined, and since when a user is in the room: one operation that does both has two entries.
    const isJoin = isOnly && name === 'room.enter';
    const alsoNoted = isOnly
      ? this.#ledger.invoke({ who: this.userId, op: other, ...(isJoin ? effect : { causes: null }) })
      : undefined;
    const answer = await this.#view.refresh(
      () => this.#noted(name, isJoin ? { causes: null } : effect),
      (given) => (this.#recording.offers.roster === name ? this.#stateOf(name, given) : undefined),
    );
    alsoNoted?.(answer.outcome);
    return answer;
  }

  async #leave(): Promise<Answer> {
    if (!this.can('meeting.leave')) {
      await this.vanish();
      return done('ok');
    }
    const answer = await this.#noted('meeting.leave');
    this.#hasLeft = answer.outcome === 'ok';
    return answer;
  }

  /** Reads the meeting, and takes over what the answer says of it; nothing where no answer tells of it. */
  async #read(): Promise<Answer> {
    if (!this.can('meeting.get')) return done('ok');
    return this.#view.refresh(
      () => this.#noted('meeting.get'),
      (answer) => this.#stateOf('meeting.get', answer),
    );
  }

  /** Whether entering the room returns the state as well: then no event can come in between. */
  get #entryHasState(): boolean {
    const { roster } = this.#recording.offers;
    return (roster === 'meeting.join' || roster === 'room.enter') && this.#stepsBack.includes(roster);
  }

  /** Takes the whole state over, from the answer that has the roster; nothing where no answer tells of the meeting. */
  async #takeState(): Promise<Outcome> {
    return (await this.call(this.#recording.offers.roster ?? 'meeting.get')).outcome;
  }

  /** Recorded as the operation that it replaces. Where the entry itself returns the state, nothing is left to ask. */
  async #resyncByRoster(): Promise<Answer> {
    const answered = this.#ledger.invoke({ who: this.userId, op: 'meeting.reconnect', causes: null });
    const outcome = this.#entryHasState ? 'ok' : await this.#takeState();
    answered(outcome);
    if (outcome === 'ok')
      this.#ledger.add({ who: this.userId, type: 'state', source: 'reconnect', state: this.#view.state });
    return done(outcome);
  }

  #causeOf(operation: string): string | null {
    return this.#recording.contract.operations.get(operation)?.causes ?? null;
  }

  #stateOf(operation: string, answer: Answer): MeetingState | undefined {
    const { contract, offers, ignores, naming } = this.#recording;
    const reported = reportedIn(contract, operation, answer);
    return reported && stateOf(reported, offers.hand === true, ignores, naming?.names);
  }

  #adviceIn({ values }: Answer): NetworkAdvice | undefined {
    const advice = this.#recording.contract.operations.get('network.report')?.reads.advice;
    if (!advice || !values) return undefined;
    return Object.fromEntries(
      Object.entries(advice).flatMap(([name, read]) => {
        const value = read(values);
        return value === undefined ? [] : [[name, value]];
      }),
    );
  }

  async #noted(operation: string, { input, kept, ...effect }: Noting = {}): Promise<Answer> {
    const causes = effect.causes === undefined ? this.#causeOf(operation) : effect.causes;
    const { mayCause } = effect;
    const answered = this.#ledger.invoke({ who: this.userId, op: operation, value: input, causes, mayCause });
    const answer = await this.#driver.call(operation, input);
    const { outcome, retryAfter } = answer;
    answered(outcome, outcome === 'ok' ? kept?.(answer) : retryAfter && { retryAfter });
    return answer;
  }
}

/** The answer where there was nothing to call. */
function done(outcome: Outcome): Answer {
  const now = performance.now();
  return { outcome, startedAt: now, endedAt: now };
}
