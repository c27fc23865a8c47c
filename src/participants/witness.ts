import { io, type Socket } from 'socket.io-client';
import type { ReconnectPolicy } from '../checks/backoff.ts';
import type { Ledger } from '../checks/ledger.ts';
import { VANISHED } from '../checks/membership.ts';
import type { Clock } from '../kernel/clock.ts';
import { deferred } from '../kernel/deferred.ts';
import type { NetworkQuality, RoomEvent } from '../meetings/contract.ts';
import type { Identity } from '../meetings/identity.ts';
import { type Answer, MeetingsApi } from '../meetings/meetings-api.ts';
import { openRequestContext, type RequestContext } from '../request-context/request-context.ts';
import type { Outcome } from '../timings/outcome.ts';
import type { Timings } from '../timings/timings.ts';
import { MeetingView, stateOf } from './meeting-view.ts';

export interface WitnessOptions {
  readonly identity: Identity;
  readonly meetingId: string;
  /** Where HTTP and Socket.IO both go: the service itself, or a path of the link. */
  readonly url: string;
  readonly ledger: Ledger;
  readonly timings: Timings;
  readonly clock: Clock;
  /** For each call, and for each attempt to connect. */
  readonly timeoutMs: number;
  readonly policy: ReconnectPolicy;
  readonly transports?: readonly ('websocket' | 'polling')[];
  /** Puts something between the participant and its HTTP calls, such as the loss of some. */
  readonly wrap?: (context: RequestContext) => RequestContext;
}

/** Between two tries to enter the room or to get the state, while the connection stands. */
const RETRY_MS = 250;

/**
 * A participant that writes down all it does, is told and sees, keeps its own view of the meeting, and comes back after
 * the loss of its connection as a good client does: connect, enter the room, ask for the state.
 */
export class Witness {
  readonly userId: string;
  readonly #options: WitnessOptions;
  readonly #context: RequestContext;
  readonly #api: MeetingsApi;
  readonly #socket: Socket;
  readonly #view = new MeetingView();
  readonly #ended = new AbortController();
  #resync: Promise<void> = Promise.resolve();
  #hasConnected = false;
  #isComingBack = false;

  private constructor(options: WitnessOptions, context: RequestContext) {
    this.#options = options;
    this.userId = options.identity.userId;
    this.#context = context;
    this.#api = new MeetingsApi(context, options.timings, options.clock);
    const { policy } = options;
    this.#socket = io(options.url, {
      autoConnect: false,
      forceNew: true,
      transports: [...(options.transports ?? ['websocket'])],
      auth: { token: options.identity.token },
      timeout: options.timeoutMs,
      reconnection: policy.kind === 'socket.io',
      reconnectionDelay: policy.delayMs,
      reconnectionDelayMax: policy.maxMs,
      ...(policy.kind === 'socket.io' ? { randomizationFactor: policy.factor } : {}),
    });
    this.#listen();
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
    return (await this.lookUp()) === 'ok';
  }

  async join(): Promise<Outcome> {
    return (await this.#noted('join', this.#api.join(this.#options.meetingId))).outcome;
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

  /** Reads the meeting into the own view. */
  async lookUp(): Promise<Outcome> {
    const ask = () => this.#noted('get', this.#api.get(this.#options.meetingId));
    const { outcome } = await this.#view.refresh(
      ask,
      ({ data }) => data && stateOf(data, data.participants ?? []),
    );
    return outcome;
  }

  /** Asks for the full state to resume from, and takes it over. */
  async reconnect(): Promise<Outcome> {
    const ask = () => this.#noted('reconnect', this.#api.reconnect(this.#options.meetingId));
    const { outcome } = await this.#view.refresh(ask, ({ data }) => {
      if (!data) return undefined;
      const state = stateOf(data.meeting, data.participants);
      this.#options.ledger.add({ who: this.userId, type: 'state', source: 'reconnect', state });
      return state;
    });
    return outcome;
  }

  /** Opens the connection; it is retried as the policy says. False when it did not stand within the timeout. */
  async connect(): Promise<boolean> {
    const { promise, resolve } = deferred<boolean>();
    const timer = setTimeout(() => resolve(false), this.#options.timeoutMs);
    this.#socket.once('connect', () => resolve(true)).connect();
    const connected = await promise;
    clearTimeout(timer);
    return connected;
  }

  get isConnected(): boolean {
    return this.#socket.connected;
  }

  /** Connected, and no return after a lost connection is still under way. */
  get isBack(): boolean {
    return this.#socket.connected && !this.#isComingBack;
  }

  async enter(): Promise<Outcome> {
    const answered = this.#options.ledger.invoke(this.userId, 'enter');
    const outcome = await this.#entered();
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
    this.#socket.io.engine.close();
  }

  /** Goes away for good without a word to the HTTP side: a closed laptop, a crashed browser. */
  async vanish(): Promise<void> {
    this.#options.ledger.add({ who: 'experiment', type: 'mark', name: VANISHED, value: this.userId });
    await this.close();
  }

  async close(): Promise<void> {
    this.#ended.abort();
    this.#socket.io.reconnection(false);
    this.#socket.disconnect();
    this.#socket.removeAllListeners().io.removeAllListeners();
    await this.#context.dispose();
    await this.#resync;
  }

  #listen(): void {
    const { ledger } = this.#options;
    const note = (change: 'attempt' | 'failed' | 'connected' | 'disconnected', reason?: string) => {
      if (this.#ended.signal.aborted) return;
      ledger.add({ who: this.userId, type: 'socket', change, ...(reason === undefined ? {} : { reason }) });
    };
    this.#socket.on('connect', () => {
      note('connected');
      if (this.#hasConnected) this.#resync = this.#resync.then(() => this.#comeBack());
      this.#hasConnected = true;
    });
    this.#socket.on('disconnect', (reason) => {
      this.#isComingBack = true;
      note('disconnected', reason);
      if (this.#options.policy.kind === 'exponential') void this.#retryByContract();
    });
    this.#socket.on('connect_error', (error) => note('failed', error.message));
    this.#socket.io.on('reconnect_attempt', () => note('attempt'));
    this.#socket.onAny((name: string, payload: unknown) => this.#saw(name, payload));
  }

  #saw(name: string, payload: unknown): void {
    if (typeof payload !== 'object' || payload === null) return;
    const { meetingId, userId, timestamp } = payload as Record<string, unknown>;
    if (meetingId !== this.#options.meetingId || typeof userId !== 'string') return;
    const stamp = timestamp === undefined ? {} : { stamp: String(timestamp) };
    this.#options.ledger.add({ who: this.userId, type: 'saw', event: name, about: userId, ...stamp });
    this.#view.apply({
      name,
      meetingId: String(meetingId),
      userId,
      payload: payload as RoomEvent['payload'],
    });
  }

  /** The room first, then the state: what happens in between arrives as events and is not lost. */
  async #comeBack(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#ended;
    let isInside = false;
    while (this.#socket.connected && !signal.aborted) {
      const entered: Outcome = isInside ? 'ok' : await this.enter();
      isInside = entered === 'ok';
      // Removed meanwhile: the service does not know this participant any more, who has to join again.
      if (entered === 'denied') await this.join();
      if (isInside && (await this.reconnect()) === 'ok') {
        this.#isComingBack = false;
        return;
      }
      await clock.until(clock.now() + RETRY_MS, signal).catch(() => undefined); // the signal is looked at next
    }
  }

  /** The contract's own backoff, for clients that do not leave it to Socket.IO. */
  async #retryByContract(): Promise<void> {
    const { clock, policy, ledger, timeoutMs } = this.#options;
    if (policy.kind !== 'exponential') return;
    for (let attempt = 1; attempt <= policy.attempts; attempt++) {
      const delay = Math.min(policy.maxMs, policy.delayMs * policy.factor ** (attempt - 1));
      try {
        await clock.until(clock.now() + delay, this.#ended.signal);
      } catch {
        return; // ended while it waited
      }
      ledger.add({ who: this.userId, type: 'socket', change: 'attempt' });
      const { promise, resolve } = deferred<boolean>();
      const timer = setTimeout(() => resolve(false), timeoutMs);
      this.#socket.once('connect', () => resolve(true)).once('connect_error', () => resolve(false));
      this.#socket.connect();
      const connected = await promise;
      clearTimeout(timer);
      if (connected) return;
    }
  }

  async #entered(): Promise<Outcome> {
    const { promise, resolve } = deferred<Outcome>();
    const timer = setTimeout(() => resolve('timeout'), this.#options.timeoutMs);
    const joined = () => resolve('ok');
    const denied = () => resolve('denied');
    const dropped = () => resolve('reset');
    const ended = () => resolve('aborted');
    this.#ended.signal.addEventListener('abort', ended);
    this.#socket.once('meeting:joined', joined).once('meeting:error', denied).once('disconnect', dropped);
    // Without a connection Socket.IO would keep the message and send it by itself later: twice, with the return.
    if (this.#socket.connected) this.#socket.emit('meeting:join', { meetingId: this.#options.meetingId });
    else resolve('reset');
    const outcome = await promise;
    clearTimeout(timer);
    this.#ended.signal.removeEventListener('abort', ended);
    this.#socket.off('meeting:joined', joined).off('meeting:error', denied).off('disconnect', dropped);
    return outcome;
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
