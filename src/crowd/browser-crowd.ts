import type { CrowdBrowser } from '../browser/crowd-browser.ts';
import { seeded } from '../kernel/random.ts';
import { proxyTo } from '../kernel/reach.ts';
import { BrowserParticipant } from '../participants/browser-participant.ts';
import { type EventCause, EventDeliveries } from '../participants/event-deliveries.ts';
import { PageProblems } from '../participants/page/problems.ts';
import { Readings } from '../participants/page/readings.ts';
import { whenTraced } from '../timings/catalogue.ts';
import { Timings } from '../timings/timings.ts';
import { browserSchedule } from './browser-schedule.ts';
import { BrowserWatch } from './browser-watch.ts';
import { Exemplars } from './exemplars.ts';
import { participantId } from './open-identity.ts';
import type { Arrival } from './open-sessions.ts';
import { runSlice } from './run-slice.ts';
import { sliceOf } from './schedules/index.ts';
import type { RunningSliceOptions } from './slice-options.ts';
import { type BrowserReport, noSessions } from './slice-report.ts';

/** The only event for which the delivery into pages is measured. */
const HANDS: ReadonlySet<string> = new Set(['hand-raised']);

/** The browser participants of one slice: one browser, and a fresh context for each session. */
export class BrowserCrowd {
  readonly #browser: CrowdBrowser;
  readonly #options: RunningSliceOptions;
  readonly #timings: Timings;
  readonly #hands: EventDeliveries;
  readonly #tracedHands: EventDeliveries;
  readonly #readings = new Readings();
  readonly #problems = new PageProblems();
  readonly #sessions = noSessions();
  readonly #inside = new Set<BrowserParticipant>();
  readonly #processes: BrowserWatch;
  readonly exemplars: Exemplars;

  constructor(browser: CrowdBrowser, options: RunningSliceOptions) {
    this.#browser = browser;
    this.#options = options;
    this.#timings = new Timings(options.startedAt);
    const hands = (operation: string) =>
      new EventDeliveries(this.#timings.operation(operation), options.eventTimeoutMs, HANDS);
    this.#hands = hands('page.hand-visible');
    this.#tracedHands = hands(whenTraced('page.hand-visible'));
    this.#processes = new BrowserWatch(options.clock.now(), () => browser.processId);
    const { browsers, of: slices, privateFolder } = options;
    this.exemplars = new Exemplars({ every: browsers.traceEvery, slices, privateFolder });
  }

  /** Runs from the first session to the last; the browser stays open. */
  async run(): Promise<void> {
    const { schedule, index, of, browsers } = this.#options;
    await runSlice({
      ...this.#options,
      schedule: sliceOf(browserSchedule(schedule, browsers.users), index, of),
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
      requested: this.#options.browsers.users,
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
      problems: this.#problems,
      leaveRequest: arrival.leaveRequest,
      measured: {
        readings: this.#readings,
        handsVisible: follower.traces ? this.#tracedHands : this.#hands,
        announce: this.#options.announce,
        intendedAt: arrival.intendedAt,
        follower,
      },
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
