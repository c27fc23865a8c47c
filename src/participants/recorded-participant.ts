import type { Invocation, Ledger, MeetingState } from '../checks/ledger.ts';
import type { Answer } from '../meetings/answer.ts';
import { type Step, stepsBack, stepsInto } from '../meetings/contract/contract.ts';
import type { NetworkAdvice } from '../meetings/meeting.ts';
import type { SocketChange } from '../meetings/room-connection.ts';
import type { RoomEvent } from '../meetings/room-event.ts';
import { reportedIn } from '../meetings/roster.ts';
import { takeSteps } from '../meetings/take-steps.ts';
import type { Outcome } from '../timings/outcome.ts';
import { BrowserParticipant } from './browser-participant.ts';
import { MeetingView, stateOf } from './meeting-view.ts';
import type { Participant } from './participant.ts';
import type { Observer, ProtocolParticipant } from './protocol-participant.ts';
import { PageRecorder, type RecordedPage } from './recorded-page.ts';
import { Recorder, type Recording } from './recorder.ts';

/** Records the calls of a participant, and all that it receives, in the ledger, so that checks can judge them. */
export function recorded(of: ProtocolParticipant, ledger: Ledger, recording: Recording): RecordedParticipant;
export function recorded(of: BrowserParticipant, ledger: Ledger, recording: Recording): RecordedPage;
export function recorded(
  participant: ProtocolParticipant | BrowserParticipant,
  ledger: Ledger,
  recording: Recording,
): RecordedParticipant | RecordedPage {
  return participant instanceof BrowserParticipant
    ? new PageRecorder(participant, ledger, recording)
    : new ProtocolRecorder(participant, ledger, recording);
}

/** A participant of an experiment. Its calls, and all that it receives, are in the ledger, so that checks can judge them. */
export interface RecordedParticipant extends Participant {
  /** Whether the connection of the participant is open. */
  readonly isConnected: boolean;
  /** Whether the participant is connected, or has left: leaving may end the connection. */
  readonly isConnectedOrLeft: boolean;
  /** Whether the participant is connected and no return after a lost connection is in progress. */
  readonly isBack: boolean;
  /** The meeting as this participant sees it: the last whole state, and the events since then. */
  readonly view: MeetingState;
  /** Asks for the full state and takes it over: with `meeting.reconnect`, or with another answer that has the state. */
  reconnect(): Promise<Answer>;
  /** Goes away for good without leaving, like a closed laptop. */
  vanish(): Promise<void>;
  /** Closes the engine under Socket.IO, as a fault of the client. The client reconnects by itself. */
  closeEngine(): void;
  /** Writes the participant's view of the meeting into the ledger. */
  recordView(): void;
}

/**
 * A protocol participant that records its calls and the events that it receives. It keeps its own view of the meeting.
 * After the loss of its connection, it returns as a good client does: connect, enter the room, ask for the state.
 */
class ProtocolRecorder extends Recorder<ProtocolParticipant> implements RecordedParticipant, Observer {
  readonly #view = new MeetingView();
  readonly #stepsBack: readonly Step[];
  readonly comeBack: Observer['comeBack'];
  #hasLeft = false;

  constructor(driver: ProtocolParticipant, ledger: Ledger, recording: Recording) {
    super(driver, ledger, recording);
    this.#stepsBack = stepsBack(recording.contract);
    const enter = async (step: Step) => (await this.#enter(step, true)).outcome;
    this.comeBack = {
      enter: async () => (await takeSteps(this.#stepsBack, enter))?.outcome ?? 'ok',
      rejoin: () => this.join(),
      resync: async () => (await this.reconnect()).outcome === 'ok',
    };
    driver.observe(this);
  }

  get isConnected(): boolean {
    return this.driver.isConnected;
  }

  /** Whether the participant is connected, or has left: leaving may end the connection. */
  get isConnectedOrLeft(): boolean {
    return this.isConnected || this.#hasLeft;
  }

  /** Whether the participant is connected and no return after a lost connection is in progress. */
  get isBack(): boolean {
    return this.driver.isBack;
  }

  get view(): MeetingState {
    return this.#view.state;
  }

  /** Calls the operation and records it. If the answer has the state of the meeting, it becomes the view. */
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
      default:
        return this.#noted(operation, { value: input });
    }
  }

  /** Opens the connection. The reconnect policy decides about further attempts. */
  override connect(): Promise<Outcome> {
    this.#hasLeft = false;
    return this.driver.connect();
  }

  /** Joins, connects and enters the room in the order of the contract, then takes over the state. */
  override async arrive(): Promise<string | undefined> {
    const failed = await takeSteps(stepsInto(this.recording.contract), async (step) => {
      if (step === 'socket.connect') return this.connect();
      return (await this.call(step)).outcome;
    });
    if (failed !== undefined || this.#entryHasState) return failed?.step;
    return (await this.#takeState()) === 'ok' ? undefined : 'meeting.get';
  }

  /** Enters the room after joining. Does nothing if joining has entered the room. */
  override async enterRoom(): Promise<Outcome> {
    return this.can('room.enter') && this.can('meeting.join') ? super.enterRoom() : 'ok';
  }

  /** Asks for the full state and takes it over: with `meeting.reconnect`, or with another answer that has the state. */
  async reconnect(): Promise<Answer> {
    if (!this.can('meeting.reconnect')) return this.#resyncByRoster();
    return this.#view.refresh(
      () => this.#noted('meeting.reconnect'),
      (answer) => {
        const state = this.#stateOf('meeting.reconnect', answer);
        if (state) this.ledger.add({ who: this.userId, type: 'state', source: 'reconnect', state });
        return state;
      },
    );
  }

  /** Writes the participant's view of the meeting into the ledger. */
  recordView(): void {
    this.ledger.add({ who: this.userId, type: 'state', source: 'view', state: this.#view.state });
  }

  /** Closes the engine under Socket.IO, as a fault of the client. The client reconnects by itself. */
  closeEngine(): void {
    this.driver.closeEngine();
  }

  changed(change: SocketChange, reason: string | undefined): void {
    const { naming } = this.recording;
    if (change === 'connected') naming?.names.set(this.driver.userId, naming.name);
    this.ledger.add({
      who: this.userId,
      type: 'socket',
      change,
      ...(reason === undefined ? {} : { reason }),
    });
  }

  heard(event: RoomEvent): void {
    const { meetingId, key, definition, values } = event;
    if (meetingId !== this.meetingId || this.recording.ignores?.(event.userId)) return;
    const userId = this.recording.naming?.names.get(event.userId) ?? event.userId;
    const time = definition.time
      ? definition.time(values)
      : (values.payload as { timestamp?: unknown } | undefined | null)?.timestamp;
    const stamp = time === undefined || time === null ? {} : { stamp: String(time) };
    // Checks compare the events of a user with its calls. The key is used only for events without a user.
    const about = userId === '' ? key : userId;
    this.ledger.add({ who: this.userId, type: 'received', event: event.name, about, ...stamp });
    this.#view.apply({ ...event, userId });
  }

  /** Connects first if the service joins over the socket. Without an operation to join, entering the room joins. */
  async #join(): Promise<Answer> {
    const operation = this.recording.contract.operations.get('meeting.join');
    if (operation?.over !== 'http' && !this.isConnected) await this.connect();
    return this.#enter(operation ? 'meeting.join' : 'room.enter', false);
  }

  /** Calls one of the two operations that lead into the room. If the service has only one, it joins and enters. */
  async #enter(name: Step, isReturn: boolean): Promise<Answer> {
    const other = name === 'meeting.join' ? 'room.enter' : 'meeting.join';
    const isOnly =
      this.#stepsBack.length === 1 &&
      this.#stepsBack[0] === name &&
      !this.recording.contract.operations.has(other);
    // On a return, the service may still have the user in the room: then the others get no event.
    const cause = this.causeOf(name);
    const effect = isReturn ? { causes: null, mayCause: cause } : { causes: cause };
    // Checks need the time of the join and of the entry: one operation that does both has two entries.
    const isJoin = isOnly && name === 'room.enter';
    const alsoNoted = isOnly
      ? this.ledger.invoke({ who: this.userId, op: other, ...(isJoin ? effect : { causes: null }) })
      : undefined;
    const answer = await this.#view.refresh(
      () => this.#noted(name, isJoin ? { causes: null } : effect),
      (given) => (this.recording.offers.roster === name ? this.#stateOf(name, given) : undefined),
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

  /** Reads the meeting and takes over its state. Does nothing if the service has no such operation. */
  async #read(): Promise<Answer> {
    if (!this.can('meeting.get')) return done('ok');
    return this.#view.refresh(
      () => this.#noted('meeting.get'),
      (answer) => this.#stateOf('meeting.get', answer),
    );
  }

  /** Whether entering the room also returns the state: then no event can come in between. */
  get #entryHasState(): boolean {
    const { roster } = this.recording.offers;
    return (roster === 'meeting.join' || roster === 'room.enter') && this.#stepsBack.includes(roster);
  }

  /** Takes over the whole state from the answer that has the roster. */
  async #takeState(): Promise<Outcome> {
    return (await this.call(this.recording.offers.roster ?? 'meeting.get')).outcome;
  }

  /** Recorded as `meeting.reconnect`, which it replaces. If entering the room returns the state, no call is needed. */
  async #resyncByRoster(): Promise<Answer> {
    const answered = this.ledger.invoke({ who: this.userId, op: 'meeting.reconnect', causes: null });
    const outcome = this.#entryHasState ? 'ok' : await this.#takeState();
    answered(outcome);
    if (outcome === 'ok')
      this.ledger.add({ who: this.userId, type: 'state', source: 'reconnect', state: this.#view.state });
    return done(outcome);
  }

  #stateOf(operation: string, answer: Answer): MeetingState | undefined {
    const { contract, offers, ignores, naming } = this.recording;
    const reported = reportedIn(contract, operation, answer);
    return reported && stateOf(reported, offers.hand === true, ignores, naming?.names);
  }

  #adviceIn(operation: string, { values }: Answer): NetworkAdvice | undefined {
    const advice = this.recording.contract.operations.get(operation)?.reads.advice;
    if (!advice || !values) return undefined;
    return Object.fromEntries(
      Object.entries(advice).flatMap(([name, read]) => {
        const value = read(values);
        return value === undefined ? [] : [[name, value]];
      }),
    );
  }

  async #noted(
    operation: string,
    { value, causes = this.causeOf(operation), mayCause }: Partial<Invocation> = {},
  ): Promise<Answer> {
    const answered = this.ledger.invoke({ who: this.userId, op: operation, value, causes, mayCause });
    const answer = await this.driver.call(operation, value);
    const { outcome, retryAfter } = answer;
    answered(outcome, outcome === 'ok' ? this.#adviceIn(operation, answer) : retryAfter && { retryAfter });
    return answer;
  }
}

/** The answer when there was nothing to call. */
function done(outcome: Outcome): Answer {
  const now = performance.now();
  return { outcome, startedAt: now, endedAt: now };
}
