import type { BrowserContext, Page } from '@playwright/test';
import { withoutSecrets } from '../../kernel/secrets.ts';
import type { Contract } from '../../meetings/contract/contract.ts';
import { operationOf } from '../../meetings/contract/operation-of.ts';
import { whenTraced } from '../../timings/catalogue.ts';
import { isOfService } from '../../timings/merged-timings.ts';
import type { OperationTimings } from '../../timings/operation-timings.ts';
import { type Outcome, outcomeOfStatus } from '../../timings/outcome.ts';
import { isReading, pageMetrics } from '../../timings/page-metrics.ts';
import type { Timings } from '../../timings/timings.ts';
import type { EventCause, EventDeliveries, RoomMember } from '../event-deliveries.ts';
import { type AudioFigures, marks } from '../room-page.ts';
import type { Observed, PageMark, PageRequest } from './observed.ts';
import type { PageClock } from './page-clock.ts';
import type { Readings } from './readings.ts';

/** Follows a session, and may keep a trace or a screenshot of it. */
export interface Follower {
  /** Whether the session is traced: observations of traced pages are recorded separately. */
  readonly traces: boolean;
  began(context: BrowserContext): Promise<void>;
  took(operation: string, ms: number): void;
  /** An operation failed. Later failures of the session are often a consequence of the first one. */
  failed(operation: string, outcome: Outcome): void;
  /** Called before the page is closed. `outcome` is the outcome of the whole session. */
  ends(page: Page, outcome: Outcome): Promise<void>;
}

export interface PageRecorderOptions {
  readonly contract: Contract;
  readonly userId: string;
  readonly meetingId: string;
  readonly timings: Timings;
  readonly readings: Readings;
  readonly clock: PageClock;
  /** Measures from the call that raises a hand to the paint that shows it. */
  readonly handsVisible: EventDeliveries;
  /** If a page has had no connection for this time when its session ends, it failed to reconnect. */
  readonly timeoutMs: number;
  announce(cause: EventCause): void;
  readonly follower: Pick<Follower, 'traces' | 'took' | 'failed'>;
}

/** A call of the page; times in ms of the shared clock. */
export interface PageCall {
  readonly operation: string;
  readonly outcome: Outcome;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Turns the observations of one page into timings on the shared clock. */
export class PageRecorder {
  readonly #options: PageRecorderOptions;
  #joinClickedAt: number | undefined;
  #isPainted = false;
  #lostAt: number | undefined;
  #vitals: Observed['vitals'] = {};

  constructor(options: PageRecorderOptions) {
    this.#options = options;
  }

  /** Records new observations and returns the new calls of the page. `member` is defined while the page is in the room. */
  take({ marks, requests, vitals }: Observed, member: RoomMember | undefined): PageCall[] {
    this.#vitals = vitals;
    for (const mark of marks) this.#mark(mark, member);
    return requests.flatMap((request) => this.#call(request) ?? []);
  }

  /** Whether the page has marked that it shows the room. */
  get isPainted(): boolean {
    return this.#isPainted;
  }

  /** Records the end of a command to the page. For failures, the page has no times: they are times of the harness. */
  record(operation: string, outcome: Outcome, startedAt: number, endedAt: number, intendedAt?: number): void {
    const { follower } = this.#options;
    this.#timingsOf(operation).record(outcome, startedAt, endedAt, intendedAt);
    if (outcome === 'ok') follower.took(operation, endedAt - startedAt);
    else if (isOfService(outcome)) follower.failed(operation, outcome);
  }

  failure(operation: string, outcome: Outcome, cause: string, sample: string): void {
    this.#timingsOf(operation).failure(outcome, cause, withoutSecrets(sample));
  }

  #timingsOf(operation: string): OperationTimings {
    const { timings, follower } = this.#options;
    return timings.operation(follower.traces ? whenTraced(operation) : operation);
  }

  /** Records a call without an answer, as the browser reports it. */
  failedCall(url: string, outcome: Outcome, cause: string, startedAt: number, endedAt: number): void {
    const operation = operationOf(this.#options.contract, url);
    if (operation === undefined) return;
    const timings = this.#options.timings.operation(operation);
    timings.record(outcome, startedAt, endedAt);
    timings.failure(outcome, cause, cause);
  }

  audio(figures: AudioFigures, now: number): void {
    for (const { name, source } of pageMetrics)
      if (typeof source === 'object' && 'audio' in source) this.#measured(name, figures[source.audio], now);
  }

  /** Called before the page closes: its vitals are final, and a lost connection will not come back. */
  finish(now: number): void {
    if (this.#lostAt !== undefined) this.#stayedAway(this.#lostAt, now);
    this.#lostAt = undefined;
    for (const { name, source } of pageMetrics) {
      if (typeof source !== 'object' || !('vital' in source)) continue;
      // Tracing changes the layout, and readings of traced pages are not recorded separately.
      if (isReading(name) && this.#options.follower.traces) continue;
      this.#measured(name, this.#vitals[source.vital], now);
    }
    this.#vitals = {};
  }

  /** Records a metric of the page; `value` in the unit of the metric. */
  #measured(name: string, value: number | undefined, now: number): void {
    if (value === undefined) return;
    if (isReading(name)) this.#options.readings.add(name, value);
    else this.record(name, 'ok', now - value, now);
  }

  /** A session that ends soon after the loss did not wait for the reconnection. */
  #stayedAway(lostAt: number, now: number): void {
    const outcome = now - lostAt < this.#options.timeoutMs ? 'aborted' : 'timeout';
    this.record('page.reconnect', outcome, lostAt, now);
    if (outcome !== 'aborted')
      this.failure('page.reconnect', outcome, 'not back when the session ended', outcome);
  }

  #mark({ name, at, detail }: PageMark, member: RoomMember | undefined): void {
    const { clock, handsVisible } = this.#options;
    const instant = clock.shared(at);
    switch (name) {
      case marks.joinClicked:
        this.#joinClickedAt = instant;
        break;
      case marks.painted:
        this.#isPainted = true;
        if (this.#joinClickedAt !== undefined) this.record('page.join', 'ok', this.#joinClickedAt, instant);
        break;
      case marks.connectionLost:
        // A second loss before the page has caught up belongs to the same outage.
        this.#lostAt ??= instant;
        break;
      case marks.reconnected:
        if (this.#lostAt !== undefined) this.record('page.reconnect', 'ok', this.#lostAt, instant);
        this.#lostAt = undefined;
        break;
      case marks.handVisible: {
        const userId = (detail as { userId?: unknown } | null)?.userId;
        if (member && typeof userId === 'string')
          handsVisible.arrived('hand-raised', userId, userId, member, instant);
        break;
      }
    }
  }

  #call({ url, startedAt, endedAt, status }: PageRequest): PageCall | undefined {
    const operation = operationOf(this.#options.contract, url);
    // The browser reports a call without an answer as a failed call, with its reason.
    if (operation === undefined || status === 0) return undefined;
    const { clock, timings, announce, userId, meetingId, contract } = this.#options;
    const outcome = outcomeOfStatus(status);
    const call = {
      operation,
      outcome,
      startedAt: clock.shared(startedAt),
      endedAt: clock.shared(endedAt),
    };
    timings.operation(operation).record(outcome, call.startedAt, call.endedAt);
    if (outcome !== 'ok') timings.operation(operation).failure(outcome, String(status), String(status));
    else {
      const event = contract.operations.get(operation)?.causes;
      if (event !== undefined) announce({ event, meetingId, userId, key: userId, startedAt: call.startedAt });
    }
    return call;
  }
}
