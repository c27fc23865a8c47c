import type { CrowdBrowser } from '../browser/crowd-browser.ts';
import type { Journey } from '../journeys/journey.ts';
import type { Clock } from '../kernel/clock.ts';
import { seeded } from '../kernel/random.ts';
import { proxyTo } from '../kernel/reach.ts';
import type { Access } from '../meetings/access.ts';
import { BrowserParticipant } from '../participants/browser-participant.ts';
import { type EventCause, EventDeliveries } from '../participants/event-deliveries.ts';
import { PageProblems } from '../participants/page/problems.ts';
import { Readings } from '../participants/page/readings.ts';
import { whenTraced } from '../timings/catalogue.ts';
import { Timings } from '../timings/timings.ts';
import { browserSchedule } from './browser-schedule.ts';
import { BrowserWatch } from './browser-watch.ts';
import { Exemplars } from './exemplars.ts';
import type { GeneratorWatch } from './generator-watch.ts';
import { participantId } from './open-identity.ts';
import type { Arrival } from './open-sessions.ts';
import type { Routes } from './routes.ts';
import { runSlice } from './run-slice.ts';
import { type Schedule, sliceOf } from './schedules/index.ts';
import { type BrowserReport, noSessions } from './slice-report.ts';

/** The only event for which the delivery into pages is measured. */
const HANDS: ReadonlySet<string> = new Set(['hand-raised']);

export interface BrowserCrowdOptions {
  readonly crowd: string;
  readonly runId: string;
  readonly index: number;
  readonly of: number;
  /** Browser participants of the whole crowd. */
  readonly users: number;
  /** Every Nth session is traced; 0: no session. */
  readonly traceEvery: number;
  /** The schedule of the protocol participants. */
  readonly schedule: Schedule;
  readonly journey: Journey;
  readonly access: Access;
  readonly requestTimeoutMs: number;
  readonly drainMs: number;
  readonly leaveMs: number;
  readonly seed: number;
  readonly eventTimeoutMs: number;
  /**
   * By the place of this participant among the browser participants, which have the first places of the whole crowd.
   */
  meetingOf(place: number): string;
  readonly routes: Routes;
  /** The folder for raw traces. */
  readonly privateFolder: string;
  readonly clock: Clock;
  readonly startedAt: number;
  readonly watch: GeneratorWatch;
  readonly stopSignal: AbortSignal;
  announce(cause: EventCause): void;
}

/** The browser participants of one slice: one browser, and a fresh context for each session. */
export class BrowserCrowd {
  readonly #browser: CrowdBrowser;
  readonly #options: BrowserCrowdOptions;
  readonly #timings: Timings;
  readonly #hands: EventDeliveries;
  readonly #tracedHands: EventDeliveries;
  readonly #readings = new Readings();
  readonly #problems = new PageProblems();
  readonly #sessions = noSessions();
  readonly #inside = new Set<BrowserParticipant>();
  readonly #processes: BrowserWatch;
  readonly exemplars: Exemplars;

  constructor(browser: CrowdBrowser, options: BrowserCrowdOptions) {
    this.#browser = browser;
    this.#options = options;
    this.#timings = new Timings(options.startedAt);
    const hands = (operation: string) =>
      new EventDeliveries(this.#timings.operation(operation), options.eventTimeoutMs, HANDS);
    this.#hands = hands('page.hand-visible');
    this.#tracedHands = hands(whenTraced('page.hand-visible'));
    this.#processes = new BrowserWatch(options.clock.now(), () => browser.processId);
    this.exemplars = new Exemplars(options.traceEvery, options.privateFolder);
  }

  /** From the first session to the last; the browser stays open. */
  async run(): Promise<void> {
    const { schedule, index, of, users } = this.#options;
    await runSlice({
      ...this.#options,
      schedule: sliceOf(browserSchedule(schedule, users), index, of),
      timings: this.#timings,
      sessions: this.#sessions,
      admit: (arrival) => this.#admit(arrival),
    });
  }

  /** Reports a hand that a participant raised, in this slice or in another one. */
  caused(cause: EventCause): void {
    if (cause.event !== 'hand-raised') return;
    this.#hands.caused(cause);
    this.#tracedHands.caused(cause);
  }

  /**
   * Once a second: collects the events that the pages have seen. @returns the browser's CPU in that second, in cores
   */
  tick(now: number): number | undefined {
    for (const participant of this.#inside) void participant.collect();
    this.#hands.settle(now);
    this.#tracedHands.settle(now);
    return this.#processes.sample(now);
  }

  /** Called at the end, when nothing more can become visible. */
  settleAll(now: number): void {
    this.#hands.settleAll(now);
    this.#tracedHands.settleAll(now);
  }

  report(now: number, finished: boolean): BrowserReport {
    const timings = finished ? this.#timings.encode(now) : this.#timings.snapshot(now);
    return {
      requested: this.#options.users,
      unavailableReason: null,
      users: this.#timings.users,
      sessions: structuredClone(this.#sessions),
      traced: this.exemplars.traced,
      timings,
      readings: this.#readings.encode(),
      problems: this.#problems.encode(),
      processes: this.#processes.report(),
    };
  }

  close(): Promise<void> {
    return this.#browser.close();
  }

  async #admit(arrival: Arrival) {
    const { crowd, runId, index, of, seed, access, routes, requestTimeoutMs, clock } = this.#options;
    const group = `${crowd} in browsers`;
    const number = arrival.index * of + (index - 1);
    const who = await access.identities.open(participantId(runId, group, number));
    const route = await routes.open(`${number} in a browser`, { byProxy: true });
    const follower = this.exemplars.follow(who.userId, who.token === undefined ? [] : [who.token]);
    const participant = new BrowserParticipant({
      contract: access.contract,
      identity: who,
      meetingId: this.#options.meetingOf(arrival.seat * of + (index - 1)),
      random: seeded(seed, group, number),
      newContext: () => this.#browser.newContext(proxyTo(route.http.via)),
      url: route.http.url,
      timeoutMs: requestTimeoutMs,
      clock,
      timings: this.#timings,
      readings: this.#readings,
      problems: this.#problems,
      handsVisible: follower.traces ? this.#tracedHands : this.#hands,
      announce: this.#options.announce,
      leaveRequest: arrival.leaveRequest,
      intendedAt: arrival.intendedAt,
      follower,
      onClose: async () => {
        this.#inside.delete(participant);
        await route.dispose();
      },
    });
    this.#inside.add(participant);
    return participant;
  }
}

/** The report of a slice that hosts no browser participant, although some were requested. */
export function withoutBrowsers(requested: number, unavailableReason: string | null): BrowserReport {
  return {
    requested,
    unavailableReason,
    users: 0,
    sessions: noSessions(),
    traced: 0,
    timings: { operations: {}, windows: [] },
    readings: {},
    problems: [],
    processes: null,
  };
}
