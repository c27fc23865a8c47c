import { once } from 'node:events';
import type { BrowserContext, ConsoleMessage, Page, Request } from '@playwright/test';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { Answer } from '../meetings/answer.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import { operationOf } from '../meetings/contract/operation-of.ts';
import type { Identity } from '../meetings/identities/identity.ts';
import { type Caller, MeetingsClient } from '../meetings/meetings-client.ts';
import type { Outcome } from '../timings/outcome.ts';
import type { Timings } from '../timings/timings.ts';
import type { RoomMember } from './event-deliveries.ts';
import type { LeaveRequest } from './leave-request.ts';
import { observePages, takeObserved } from './page/observed.ts';
import { PageClock } from './page/page-clock.ts';
import { causeOfPageError, outcomeOfNetworkError, outcomeOfPageError } from './page/page-failure.ts';
import {
  type Follower,
  type PageCall,
  PageRecorder,
  type PageRecorderOptions,
} from './page/page-recorder.ts';
import type { PageProblems } from './page/problems.ts';
import { Participant } from './participant.ts';
import { type Refusal, RoomPage } from './room-page.ts';

/** The options of a measured page. */
interface Measured extends Pick<PageRecorderOptions, 'readings' | 'handsVisible' | 'announce'> {
  readonly follower: Follower;
  /** The start of the participant by the schedule, in ms of the clock. */
  readonly intendedAt: number;
}

export interface BrowserParticipantOptions {
  readonly contract: Contract;
  readonly identity: Identity;
  readonly meetingId: string;
  readonly random: Random;
  /** Opens a browser context for this participant only. */
  newContext(): Promise<BrowserContext>;
  /** The address of the page. */
  readonly url: string;
  /** The timeout of each action in the page. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly timings: Timings;
  readonly problems: PageProblems;
  readonly leaveRequest: LeaveRequest;
  /** Crowds measure their pages. Without it, nothing is added to the page or read from its clock. */
  readonly measured?: Measured;
  /** Releases the resources of this participant. */
  onClose?(): Promise<void>;
}

/** Collections happen once a second. Every fifth one also reads the audio figures of the page. */
const AUDIO_EVERY = 5;

/** The operations that the page has a control for, and the roster, which the page keeps up to date without a call. */
const actions: Readonly<Record<string, (room: RoomPage, userId: string) => Promise<Refusal>>> = {
  'meeting.join': (room, userId) => room.join(userId),
  'hand.raise': (room) => room.raiseHand(),
  'hand.lower': (room) => room.lowerHand(),
  'meeting.leave': (room) => room.leave(),
  'meeting.get': async (room, userId) =>
    (await room.people()).some((one) => one.userId === userId)
      ? undefined
      : 'the roster does not show its own user',
};

/** Whether the operation is an action in the page. Any other operation is a call beside the page. */
export function isPageAction(operation: string): boolean {
  return Object.hasOwn(actions, operation);
}

/**
 * A participant in a real page: it clicks the controls that a person clicks. All measured times come from the clock of
 * the page, so they do not include the time that the harness needs to drive the page. One click on "Join" joins,
 * connects and enters the room.
 */
export class BrowserParticipant extends Participant {
  readonly userId: string;
  readonly meetingId: string;
  readonly random: Random;
  readonly #options: BrowserParticipantOptions;
  readonly #recorder: PageRecorder | undefined;
  readonly #pageClock: PageClock;
  readonly #startedAt: number;
  #context: BrowserContext | undefined;
  #page: Page | undefined;
  #room: RoomPage | undefined;
  #member: RoomMember | undefined;
  /** The last member, kept after the participant has left. */
  #lastMember: RoomMember | undefined;
  /** The first failure; with it the session has failed. */
  #problem: Outcome | undefined;
  #isClosed = false;
  /** The harness closes the page: from now on, a closed page is no problem. */
  #isClosing = false;
  readonly #gone = new AbortController();
  #collecting: Promise<void> | undefined;
  /** The latest call of each operation. */
  readonly #calls = new Map<string, PageCall>();
  #collections = 0;
  #hitGeneratorLimit = false;

  constructor(options: BrowserParticipantOptions) {
    super();
    this.#options = options;
    this.userId = options.identity.userId;
    this.meetingId = options.meetingId;
    this.random = options.random;
    this.#startedAt = options.clock.now();
    this.#pageClock = new PageClock(options.clock);
    const { measured } = options;
    this.#recorder =
      measured && new PageRecorder({ ...options, ...measured, userId: this.userId, clock: this.#pageClock });
  }

  /** The page; `open` opens it. */
  get page(): Page {
    return this.#page!;
  }

  get room(): RoomPage {
    return this.#room!;
  }

  get problems(): PageProblems {
    return this.#options.problems;
  }

  /**
   * Performs the operation in the page if the page can do it, otherwise over HTTP with the cookies of the page. A message
   * over the socket is `aborted`, and is not recorded: only the page could send it.
   */
  async call(operation: string, input?: unknown, withinMs?: number): Promise<Answer> {
    if (operation === 'meeting.join') return this.#join();
    // The join enters the room, and the page reports its own measurements by itself.
    if (operation === 'room.enter') return this.#ended(await this.connect());
    if (operation === 'network.report') return this.#ended(this.#problem ?? 'ok');
    if (operation === 'meeting.leave') this.#outOfRoom();
    if (isPageAction(operation)) return this.#act(operation, withinMs);
    return this.#isMessage(operation) ? this.#ended('aborted') : this.#callBeside(operation, input);
  }

  async #callBeside(operation: string, input: unknown): Promise<Answer> {
    const { clock, timings, url, identity, contract } = this.#options;
    const context = this.#context;
    if (!context || this.#gone.signal.aborted) return this.#ended(this.#problem ?? 'aborted');
    const caller: Caller = {
      fetch: (path, options) =>
        context.request.fetch(`${url}${path as string}`, {
          ...options,
          headers: { ...identity.headers, ...options?.headers },
        }),
    };
    const client = new MeetingsClient({ contract, context: caller, timings, clock, identity });
    return client.call(operation, { meetingId: this.meetingId, input });
  }

  /** Whether a call failed because this machine had no port, descriptor or memory left. */
  get hitGeneratorLimit(): boolean {
    return this.#hitGeneratorLimit;
  }

  /** The page, or a call beside it, can do each HTTP operation of the contract. */
  can(operation: string): boolean {
    return this.#options.contract.operations.get(operation)?.over === 'http';
  }

  /** Whether it is a message over the socket of the page, which only the page can send. */
  #isMessage(operation: string): boolean {
    const over = this.#options.contract.operations.get(operation)?.over;
    return over !== undefined && over !== 'http';
  }

  /** The page does not pass on its events. */
  async expectEvent(): Promise<Outcome> {
    return 'timeout';
  }

  async #join(): Promise<Answer> {
    const { clock, measured } = this.#options;
    const startedAt = clock.now();
    const opened = await this.#visit();
    if (opened !== 'ok') return this.#ended(opened, startedAt);
    const clickedAt = clock.now();
    // Events can arrive before the page shows that it is in the room.
    const { userId, meetingId } = this;
    this.#member = { userId, meetingId, enteredAt: Number.POSITIVE_INFINITY };
    const answer = await this.#act('meeting.join');
    const { outcome } = answer;
    // The call ends before the page is in the room.
    const enteredAt = clock.now();
    if (outcome === 'ok') {
      this.#member = { userId, meetingId, enteredAt };
      this.#lastMember = this.#member;
      measured?.handsVisible.entered(this.#member);
      return answer;
    }
    await this.#collectAll();
    // If the page marked that it shows the room, the join succeeded in the page: only the harness saw it late.
    if (this.#recorder?.isPainted === false) {
      this.#recorder.record('page.join', outcome, clickedAt, enteredAt);
      this.#recorder.failure('page.join', outcome, `${outcome} after the click`, outcome);
    }
    this.#member = undefined;
    this.#problem ??= outcome;
    return answer;
  }

  /** The join has connected the page. */
  async connect(): Promise<Outcome> {
    return this.#member ? 'ok' : (this.#problem ?? 'error');
  }

  async think([low, high]: readonly [number, number]): Promise<boolean> {
    const { clock, leaveRequest } = this.#options;
    const due = clock.now() + low + (high - low) * this.random();
    // The pause ends early when the page is gone.
    return leaveRequest.pause(due, this.random, this.#gone.signal);
  }

  /** Takes over the observations of the page since the last call. Called about once a second. Never rejects. */
  async collect(): Promise<void> {
    // If the page has not answered the last question yet, it gets no second one.
    this.#collecting ??= this.#collect().finally(() => {
      this.#collecting = undefined;
    });
    return this.#collecting;
  }

  /** Closes the page at once, without leaving. */
  async disconnect(): Promise<void> {
    this.#isClosing = true;
    this.#outOfRoom();
    await this.#page?.close();
  }

  /** Ends the session at once, whatever the page does. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#collectAll();
    this.#isClosing = true;
    this.#outOfRoom();
    await this.#endMeasurement();
    this.#gone.abort();
    // The context may be gone already.
    await this.#context?.close().catch(() => undefined);
    await this.#options.onClose?.();
  }

  async #endMeasurement(): Promise<void> {
    const { measured, clock } = this.#options;
    if (!measured) return;
    const { follower, handsVisible, intendedAt } = measured;
    const now = clock.now();
    this.#recorder?.finish(now);
    if (this.#lastMember) {
      // The follower learns it now. It is recorded later, when the calls of all slices are known.
      const { slowestMs, missing } = handsVisible.experienceOf(this.#lastMember, now);
      if (slowestMs !== undefined) follower.took('page.hand-visible', slowestMs);
      if (missing > 0) follower.failed('page.hand-visible', 'timeout');
    }
    const outcome = this.#problem ?? 'ok';
    this.#recorder?.record('page.session', outcome, this.#startedAt, now, intendedAt);
    if (this.#page) await follower.ends(this.#page, outcome);
  }

  /** Opens an empty page. The join does this itself; call it before only to set conditions of the page. */
  async open(): Promise<void> {
    const { newContext, timeoutMs, measured } = this.#options;
    this.#context = await newContext();
    if (measured) await observePages(this.#context);
    await measured?.follower.began(this.#context);
    this.#page = await this.#context.newPage();
    this.#follow(this.#page);
    this.#room = new RoomPage(this.#page, timeoutMs);
  }

  /** Opens the link of the invitation. */
  async #visit(): Promise<Outcome> {
    const { clock, identity, meetingId, url, measured } = this.#options;
    const recorder = this.#recorder;
    const startedAt = clock.now();
    try {
      if (!this.#page) await this.open();
      await this.room.open({ url, meetingId, token: identity.token });
      if (!recorder) return 'ok';
      const { loadedAt } = await this.#pageClock.read(() => takeObserved(this.page));
      const from = this.#pageClock.shared(0);
      recorder.record('page.open', 'ok', from, from + loadedAt, measured?.intendedAt);
      return 'ok';
    } catch (error) {
      const outcome = this.#failed(error);
      recorder?.record('page.open', outcome, startedAt, clock.now(), measured?.intendedAt);
      recorder?.failure('page.open', outcome, causeOfPageError(error), String(error));
      return outcome;
    }
  }

  /**
   * Performs an action in the page. The outcome is the outcome of the call behind it, if the page made a call. If the
   * page refused the action, `cause` is its message.
   */
  async #act(operation: string, withinMs?: number): Promise<Answer> {
    const { clock, problems, measured } = this.#options;
    const startedAt = clock.now();
    if (!this.#room || this.#gone.signal.aborted) return this.#ended(this.#problem ?? 'aborted', startedAt);
    const room = withinMs === undefined ? this.#room : this.#room.patient(withinMs);
    let refusal: Refusal;
    try {
      refusal = await actions[operation]!(room, this.userId);
    } catch (error) {
      const outcome = this.#failed(error);
      if (outcome === 'timeout')
        problems.add('no reaction', `${operation}: the page showed no result in time`);
      // `page.join` records a join.
      if (operation !== 'meeting.join' && outcome !== 'aborted')
        measured?.follower.failed(operation, outcome);
      return this.#ended(outcome, startedAt);
    }
    await this.#collectAll();
    const call = this.#calls.get(operation);
    const isThis = call !== undefined && call.startedAt >= startedAt - this.#pageClock.uncertaintyMs;
    const hasAgreed = isThis && (refusal === undefined) === (call.outcome === 'ok');
    const answer = hasAgreed ? call : this.#ended(refusal === undefined ? 'ok' : 'denied', startedAt);
    return refusal === undefined ? answer : { ...answer, cause: refusal };
  }

  #ended(outcome: Outcome, startedAt = this.#options.clock.now()): Answer {
    return { outcome, startedAt, endedAt: this.#options.clock.now() };
  }

  /** A running collection may have missed the latest observations. */
  async #collectAll(): Promise<void> {
    await this.#collecting;
    await this.collect();
  }

  async #collect(): Promise<void> {
    const [page, recorder] = [this.#page, this.#recorder];
    if (!page || !recorder || this.#isClosing || this.#gone.signal.aborted) return;
    const hasAnswered = await this.#ask(async () => {
      const observed = await this.#pageClock.read(() => takeObserved(page));
      // Also after the timeout: the page returns each call once, and an event without its call looks repeated.
      for (const call of recorder.take(observed, this.#member)) this.#calls.set(call.operation, call);
      return true;
    });
    if (!hasAnswered) return;
    if (!this.#member || this.#collections++ % AUDIO_EVERY !== AUDIO_EVERY - 1) return;
    const audio = await this.#ask(() => this.#room!.audio());
    if (audio) recorder.audio(audio, this.#options.clock.now());
  }

  /** Undefined if the page is gone, which its events show, or hangs, which its next action shows. */
  async #ask<Seen>(question: () => Promise<Seen>): Promise<Seen | undefined> {
    const inTime = AbortSignal.any([this.#gone.signal, AbortSignal.timeout(this.#options.timeoutMs)]);
    if (inTime.aborted) return undefined;
    const over = once(inTime, 'abort').then(() => undefined);
    return Promise.race([question(), over]).catch(() => undefined);
  }

  #follow(page: Page): void {
    const { clock, problems } = this.#options;
    page.on('console', (message) => {
      if (message.type() === 'error')
        problems.add('console error', consoleError(message, this.#options.contract));
    });
    page.on('pageerror', (error) => problems.add('uncaught error', error.message));
    page.on('requestfailed', (request: Request) => {
      const text = request.failure()?.errorText ?? '';
      const outcome = outcomeOfNetworkError(text);
      this.#note(outcome);
      const elapsed = Math.max(0, Date.now() - request.timing().startTime);
      const now = clock.now();
      const cause = text.replace('net::', '');
      this.#recorder?.failedCall(request.url(), outcome, cause, now - elapsed, now);
    });
    const lost = (text: string) => {
      if (this.#isClosing || this.#gone.signal.aborted) return;
      problems.add('page crash', text);
      this.#problem = 'page crashed';
      this.#outOfRoom();
      this.#gone.abort();
    };
    page.on('crash', () => lost('the page crashed'));
    page.on('close', () => lost('the page was closed, or its browser ended'));
  }

  #failed(error: unknown): Outcome {
    const outcome = outcomeOfPageError(error, this.#isClosing);
    this.#problem ??= outcome;
    this.#note(outcome);
    return outcome;
  }

  #note(outcome: Outcome): void {
    if (outcome === 'generator limit') this.#hitGeneratorLimit = true;
  }

  #outOfRoom(): void {
    if (this.#member && Number.isFinite(this.#member.enteredAt))
      this.#options.measured?.handsVisible.left(this.#member, this.#options.clock.now());
    this.#member = undefined;
  }
}

/** Adds the operation to the browser's message about a refused call, which does not name the call. */
function consoleError(message: ConsoleMessage, contract: Contract): string {
  const { url } = message.location();
  const operation = URL.canParse(url) ? operationOf(contract, url) : undefined;
  return operation === undefined ? message.text() : `${operation}: ${message.text()}`;
}
