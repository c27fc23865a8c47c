import type { BrowserContext, ConsoleMessage, Page, Request } from '@playwright/test';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { Answer } from '../meetings/answer.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import { operationOf } from '../meetings/contract/operation-of.ts';
import type { Identity } from '../meetings/identities/identity.ts';
import { type Caller, MeetingsClient } from '../meetings/meetings-client.ts';
import type { Outcome } from '../timings/outcome.ts';
import type { RoomMember } from './event-deliveries.ts';
import type { LeaveRequest } from './leave-request.ts';
import { observePages, takeObserved } from './page/observed.ts';
import { PageClock } from './page/page-clock.ts';
import { causeOfPageError, outcomeOfNetworkError, outcomeOfPageError } from './page/page-failure.ts';
import { type PageCall, PageRecorder, type PageRecorderOptions } from './page/page-recorder.ts';
import type { PageProblems } from './page/problems.ts';
import { Participant } from './participant.ts';
import { type Refusal, RoomPage } from './room-page.ts';

export interface BrowserParticipantOptions
  extends Omit<PageRecorderOptions, 'userId' | 'clock' | 'isTraced' | 'took' | 'failed'> {
  readonly identity: Identity;
  readonly random: Random;
  /** Opens a context for this participant alone. */
  newContext(): Promise<BrowserContext>;
  /** Where this participant finds the page. */
  readonly url: string;
  readonly clock: Clock;
  readonly problems: PageProblems;
  readonly leaveRequest: LeaveRequest;
  readonly intendedAt: number;
  /** Follows the session, and may keep a trace or a screenshot of it. */
  readonly follower: Follower;
  /** Gives back what only this participant used. */
  onClose?(): Promise<void>;
}

/** Follows how a session goes. */
export interface Follower {
  readonly traces: boolean;
  began(context: BrowserContext): Promise<void>;
  took(operation: string, ms: number): void;
  /** Something went wrong in it; what comes later is often a consequence of the first. */
  failed(operation: string, outcome: Outcome): void;
  /** Before the page goes. `outcome` is that of the whole session. */
  ends(page: Page, outcome: Outcome): Promise<void>;
}

/** Every this many collections, which are a second apart, the page is asked for the figures of its audio. */
const AUDIO_EVERY = 5;

/**
 * A participant in a real page: it clicks what a person clicks. What it measures comes from the page's own clock, so
 * what the harness takes to drive the page is in no figure. One click of "Join" joins, connects and enters the room.
 */
export class BrowserParticipant extends Participant {
  readonly userId: string;
  readonly meetingId: string;
  readonly random: Random;
  readonly #options: BrowserParticipantOptions;
  readonly #pageClock: PageClock;
  readonly #recorder: PageRecorder;
  readonly #startedAt: number;
  #context: BrowserContext | undefined;
  #page: Page | undefined;
  #room: RoomPage | undefined;
  #member: RoomMember | undefined;
  /** The same, kept after it has left. */
  #visitor: RoomMember | undefined;
  /** The first thing that went wrong; with it the session has failed. */
  #problem: Outcome | undefined;
  #isClosed = false;
  /** From here on, what becomes of the page is the harness's doing. */
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
    this.#recorder = new PageRecorder({
      ...options,
      userId: this.userId,
      clock: this.#pageClock,
      isTraced: options.follower.traces,
      took: (operation, ms) => options.follower.took(operation, ms),
      failed: (operation, outcome) => options.follower.failed(operation, outcome),
    });
  }

  /** What the page has a control for is clicked; any other operation is called with the cookies of the page. */
  call(operation: string, input?: unknown): Promise<Answer> {
    switch (operation) {
      case 'meeting.join':
        return this.#join();
      case 'meeting.get':
        return this.#lookAtRoster();
      case 'hand.raise':
        return this.#act(operation, (room) => room.raiseHand());
      case 'hand.lower':
        return this.#act(operation, (room) => room.lowerHand());
      case 'network.report':
        return this.#reported();
      case 'meeting.leave':
        this.#outOfRoom();
        return this.#act(operation, (room) => room.leave());
      default:
        return this.#callBeside(operation, input);
    }
  }

  async #callBeside(operation: string, input: unknown): Promise<Answer> {
    const { clock, timings, url, identity, contract } = this.#options;
    const context = this.#context;
    const now = clock.now();
    if (!context || this.#gone.signal.aborted)
      return { outcome: this.#problem ?? 'aborted', startedAt: now, endedAt: now };
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

  /** A call of it failed because this machine had no port, descriptor or memory left for it. */
  get hitGeneratorLimit(): boolean {
    return this.#hitGeneratorLimit;
  }

  /** What the page can do, and what is called beside it over HTTP. */
  can(operation: string): boolean {
    return this.#options.contract.operations.get(operation)?.over === 'http';
  }

  /** The page keeps what it hears to itself. */
  async expectEvent(): Promise<Outcome> {
    return 'timeout';
  }

  /** One click of "Join" does all of it. */
  async arrive(): Promise<string | undefined> {
    return (await this.join()).outcome === 'ok' ? undefined : 'meeting.join';
  }

  async #join(): Promise<Answer> {
    const startedAt = this.#options.clock.now();
    const opened = await this.#open();
    if (opened !== 'ok') return { outcome: opened, startedAt, endedAt: this.#options.clock.now() };
    const clickedAt = this.#options.clock.now();
    // On the way into the room, events arrive before the page shows that it is in.
    this.#member = { userId: this.userId, meetingId: this.meetingId, enteredAt: Number.POSITIVE_INFINITY };
    const answer = await this.#act('meeting.join', (room) => room.join({ userId: this.userId }));
    const { outcome } = answer;
    // The call ends before the page is in the room.
    const enteredAt = this.#options.clock.now();
    if (outcome !== 'ok') {
      await this.#collectAll();
      // The page marks what it painted, and nothing else; late to be seen by the harness is not late in the page.
      if (!this.#recorder.isPainted) this.#recorder.record('page.join', outcome, clickedAt, enteredAt);
      if (!this.#recorder.isPainted)
        this.#recorder.failure('page.join', outcome, `${outcome} after the click`, outcome);
      this.#member = undefined;
      this.#problem ??= outcome;
    } else {
      this.#member = { userId: this.userId, meetingId: this.meetingId, enteredAt };
      this.#visitor = this.#member;
      this.#options.handsVisible.entered(this.#member);
    }
    return answer;
  }

  /** The page has done so when it joined. */
  async connect(): Promise<Outcome> {
    return this.#member ? 'ok' : (this.#problem ?? 'error');
  }

  /** The page has done so when it joined. */
  override enterRoom(): Promise<Outcome> {
    return this.connect();
  }

  /** Looks at the roster; the page keeps it up to date without a call. */
  #lookAtRoster(): Promise<Answer> {
    return this.#act('meeting.get', async (room) =>
      (await room.roster()).includes(this.userId) ? undefined : 'the roster does not show its own user',
    );
  }

  /** The page reports by itself what it really sees; nothing is made up for it. */
  async #reported(): Promise<Answer> {
    const now = this.#options.clock.now();
    return { outcome: this.#problem ?? 'ok', startedAt: now, endedAt: now };
  }

  async think([low, high]: readonly [number, number]): Promise<boolean> {
    const { clock, leaveRequest } = this.#options;
    const due = clock.now() + low + (high - low) * this.random();
    // A page that is gone needs no more pauses.
    return leaveRequest.pause(due, this.random, this.#gone.signal);
  }

  /** Takes over what the page has seen since; call it every second or so. Never rejects. */
  async collect(): Promise<void> {
    // A page that takes long to answer is not asked again meanwhile.
    this.#collecting ??= this.#collect().finally(() => {
      this.#collecting = undefined;
    });
    return this.#collecting;
  }

  /** Ends the session at once, whatever the page does. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { clock, follower, onClose } = this.#options;
    await this.#collectAll();
    this.#isClosing = true;
    this.#outOfRoom();
    const now = clock.now();
    this.#recorder.finish(now);
    this.#tellOfHands(now);
    const outcome = this.#problem ?? 'ok';
    this.#recorder.record('page.session', outcome, this.#startedAt, now, this.#options.intendedAt);
    if (this.#page) await follower.ends(this.#page, outcome);
    this.#gone.abort();
    // A context that is gone needs no closing.
    await this.#context?.close().catch(() => undefined);
    await onClose?.();
  }

  /** Reports to the follower how hands became visible here. They are recorded when the causes of all slices are known. */
  #tellOfHands(now: number): void {
    const { handsVisible, follower } = this.#options;
    if (!this.#visitor) return;
    const { slowestMs, missing } = handsVisible.experienceOf(this.#visitor, now);
    if (slowestMs !== undefined) follower.took('page.hand-visible', slowestMs);
    if (missing > 0) follower.failed('page.hand-visible', 'timeout');
  }

  async #open(): Promise<Outcome> {
    const { clock, newContext, follower, identity, meetingId, url, timeoutMs, intendedAt } = this.#options;
    const startedAt = clock.now();
    try {
      this.#context = await newContext();
      await observePages(this.#context);
      await follower.began(this.#context);
      this.#page = await this.#context.newPage();
      this.#follow(this.#page);
      this.#room = new RoomPage(this.#page, timeoutMs);
      await this.#room.open({ url, meetingId, userId: identity.userId, token: identity.token });
      const { loadedAt } = await this.#pageClock.read(() => takeObserved(this.#page!));
      const from = this.#pageClock.shared(0);
      this.#recorder.record('page.open', 'ok', from, from + loadedAt, intendedAt);
      return 'ok';
    } catch (error) {
      const outcome = this.#failed(error);
      this.#recorder.record('page.open', outcome, startedAt, clock.now(), intendedAt);
      this.#recorder.failure('page.open', outcome, causeOfPageError(error), String(error));
      return outcome;
    }
  }

  /** Does something in the page; the outcome is that of the call behind it, where the page made one. */
  async #act(operation: string, act: (room: RoomPage) => Promise<Refusal>): Promise<Answer> {
    const { clock, problems, follower } = this.#options;
    const startedAt = clock.now();
    if (!this.#room || this.#gone.signal.aborted)
      return { outcome: this.#problem ?? 'aborted', startedAt, endedAt: startedAt };
    let refusal: Refusal;
    try {
      refusal = await act(this.#room);
    } catch (error) {
      const outcome = this.#failed(error);
      if (outcome === 'timeout')
        problems.add('no reaction', `${operation}: the page showed no result in time`);
      // `page.join` records a join.
      if (operation !== 'meeting.join' && outcome !== 'aborted') follower.failed(operation, outcome);
      return { outcome, startedAt, endedAt: clock.now() };
    }
    await this.#collectAll();
    const call = this.#calls.get(operation);
    const isThis = call !== undefined && call.startedAt >= startedAt - this.#pageClock.uncertaintyMs;
    if (isThis && (refusal === undefined) === (call.outcome === 'ok')) return call;
    const outcome = refusal === undefined ? 'ok' : 'denied';
    return { outcome, startedAt, endedAt: clock.now() };
  }

  /** A collection that is under way may have missed the latest. */
  async #collectAll(): Promise<void> {
    await this.#collecting;
    await this.collect();
  }

  async #collect(): Promise<void> {
    const page = this.#page;
    if (!page || this.#isClosing || this.#gone.signal.aborted) return;
    const hasAnswered = await this.#ask(async () => {
      const observed = await this.#pageClock.read(() => takeObserved(page));
      // Also after the time is up: the page returns each call once, and without its call an event looks repeated.
      for (const call of this.#recorder.take(observed, this.#member)) this.#calls.set(call.operation, call);
      return true;
    });
    if (!hasAnswered) return;
    if (!this.#member || this.#collections++ % AUDIO_EVERY !== AUDIO_EVERY - 1) return;
    const audio = await this.#ask(() => this.#room!.audio());
    if (audio) this.#recorder.audio(audio, this.#options.clock.now());
  }

  /** Undefined where the page is gone, which its events show, or hangs, which its next action shows. */
  async #ask<Seen>(question: () => Promise<Seen>): Promise<Seen | undefined> {
    const inTime = AbortSignal.any([this.#gone.signal, AbortSignal.timeout(this.#options.timeoutMs)]);
    return unlessAborted(question(), inTime).catch(() => undefined);
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
      this.#recorder.failedCall(request.url(), outcome, text.replace('net::', ''), now - elapsed, now);
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
    const { handsVisible, clock } = this.#options;
    if (this.#member && Number.isFinite(this.#member.enteredAt)) handsVisible.left(this.#member, clock.now());
    this.#member = undefined;
  }
}

/** The browser's own message for a refused call does not name the call. */
function consoleError(message: ConsoleMessage, contract: Contract): string {
  const { url } = message.location();
  const operation = URL.canParse(url) ? operationOf(contract, url) : undefined;
  return operation === undefined ? message.text() : `${operation}: ${message.text()}`;
}

/** Rejects when the signal aborts first: a page that hangs never answers. */
function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([answer, aborted]);
}
