import { type Clock, systemClock } from '../kernel/clock.ts';
import type { EventCause } from '../participants/event-deliveries.ts';
import { idleConnections } from '../request-context/idle-connections.ts';
import { ANNOUNCE_EVERY_MS, Announcements } from './announcements.ts';
import { BrowserCrowd, withoutBrowsers } from './browser-crowd.ts';
import type { CoordinatorConnection } from './coordinator/coordinator-connection.ts';
import type { Exemplar } from './exemplars.ts';
import { GeneratorWatch } from './generator-watch.ts';
import type { Levels } from './levels/admit-levels.ts';
import type { LevelKind } from './levels/order.ts';
import { type Meetings, meetingAt } from './open-meetings.ts';
import { type PreparedSlice, prepareSlice } from './prepare-slice.ts';
import { ProtocolCrowd } from './protocol-crowd.ts';
import { divide, peakUsers } from './schedules/index.ts';
import type { SliceOptions } from './slice-options.ts';
import type { SliceReport } from './slice-report.ts';
import { portsUsed } from './source-addresses.ts';

export interface HostedSlice {
  readonly report: SliceReport;
  readonly exemplars: readonly Exemplar[];
}

const REPORT_EVERY_MS = 1000;
const EVENT_TIMEOUT_MS = 5000;
/** Short enough for small batches: a large batch would delay answers, and the delay would count as the service's. */
const SETTLE_EVERY_MS = 200;
/** The time for participants that are asked to leave, in addition to the timeout of one call. */
const LEAVE_MARGIN_MS = 2000;

/**
 * One slice of a crowd, in one worker: waits for the other slices at the barrier, runs its part, and reports every
 * second.
 * Resolves with its last report and its exemplars, also when participants failed; it throws only for its own errors.
 */
export async function hostSlice(
  options: SliceOptions,
  coordinator: CoordinatorConnection,
): Promise<HostedSlice> {
  const clock = systemClock;
  const prepared = await prepareSlice(options, coordinator, clock);
  const { browser, canary, routes } = prepared;
  const { at: startedAt } = await coordinator.arrive().catch(async (error: unknown) => {
    await browser?.close();
    await canary.close();
    throw error;
  });
  await clock.until(startedAt);
  const slice = new RunningSlice(options, prepared, { coordinator, clock, startedAt });
  canary.start();
  try {
    await slice.run();
  } finally {
    slice.end();
    await canary.close();
    await browser?.close();
    await routes.close();
  }
  return slice.finish();
}

interface Start {
  readonly coordinator: CoordinatorConnection;
  readonly clock: Clock;
  /** The release of the barrier. */
  readonly startedAt: number;
}

/** A slice from the release of the barrier to its last report. */
class RunningSlice {
  readonly #options: SliceOptions;
  readonly #prepared: PreparedSlice;
  readonly #start: Start;
  readonly #watch: GeneratorWatch;
  readonly #announcements: Announcements;
  readonly #protocol: ProtocolCrowd;
  readonly #browsers: BrowserCrowd | undefined;
  readonly #timers: readonly NodeJS.Timeout[];
  #meetings: Pick<Meetings, 'ids'>;
  #sequence = 0;
  #mostUsers = 0;
  #goneAt: number | undefined;

  constructor(options: SliceOptions, prepared: PreparedSlice, start: Start) {
    const { coordinator, clock, startedAt } = start;
    this.#options = options;
    this.#prepared = prepared;
    this.#start = start;
    this.#watch = new GeneratorWatch(clock.now(), clock.now() - startedAt);
    this.#announcements = new Announcements(coordinator);
    this.#meetings = prepared.meetings;
    const { levels: kind, ...others } = options;
    const shared = {
      ...others,
      ...(kind === undefined ? {} : { levels: this.#levels(kind) }),
      clock,
      startedAt,
      watch: this.#watch,
      leaveMs: options.requestTimeoutMs + LEAVE_MARGIN_MS,
      stopSignal: coordinator.stopSignal,
      eventTimeoutMs: EVENT_TIMEOUT_MS,
      meetingOf: (place: number) => meetingAt(this.#meetings, place, options.meetingSize),
      routes: prepared.routes,
      announce: (cause: EventCause) => this.#announce(cause),
    };
    const { browser } = prepared;
    this.#protocol = new ProtocolCrowd(shared);
    this.#browsers = browser && new BrowserCrowd(browser, shared);
    coordinator.on('causes', (causes) => {
      for (const cause of causes) this.#caused(cause);
    });
    this.#timers = [
      setInterval(() => coordinator.report(this.#report(false)), REPORT_EVERY_MS),
      setInterval(() => this.#protocol.settle(clock.now()), SETTLE_EVERY_MS),
    ];
  }

  /** Resolves when the last participant is gone. */
  async run(): Promise<void> {
    const { coordinator, clock } = this.#start;
    try {
      await Promise.all([this.#protocol.run(), this.#browsers?.run()]);
      this.#goneAt = clock.now();
      // Events that other slices caused just before the end may still be on their way.
      await clock.until(this.#goneAt + 4 * ANNOUNCE_EVERY_MS);
    } catch (error) {
      // A defect of the journey or of the harness. The measurements so far are kept, but this slice did not finish.
      coordinator.report(this.#report(false));
      await this.#browsers?.exemplars.discard();
      throw error;
    }
  }

  end(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#announcements.end();
    this.#watch.stop();
  }

  /** Sends the last report to the coordinator and writes the exemplars. */
  async finish(): Promise<HostedSlice> {
    const { coordinator, clock } = this.#start;
    this.#protocol.settleAll(clock.now());
    this.#browsers?.settleAll(clock.now());
    const report = this.#report(true);
    coordinator.report(report);
    return {
      report,
      exemplars: (await this.#browsers?.exemplars.write(this.#options.exemplarsFolder)) ?? [],
    };
  }

  #levels(kind: LevelKind): Levels {
    const { crowd, index, of, seed, schedule } = this.#options;
    return {
      kind,
      part: { index, of },
      seed: `${seed} ${crowd}`,
      mostUsers: divide(peakUsers(schedule), index, of),
      next: async () => {
        const order = await this.#start.coordinator.levels.next();
        if (order?.meetings) this.#meetings = { ids: order.meetings };
        return order;
      },
    };
  }

  #caused(cause: EventCause): void {
    this.#protocol.caused(cause);
    this.#browsers?.caused(cause);
  }

  #announce(cause: EventCause): void {
    this.#caused(cause);
    if (this.#options.of > 1) this.#announcements.add(cause);
  }

  #report(finished: boolean): SliceReport {
    const { clock, startedAt } = this.#start;
    const { crowd, index: slice, of, browsers } = this.#options;
    const { canary, sourceAddresses } = this.#prepared;
    const now = clock.now();
    const { users } = this.#protocol;
    this.#mostUsers = Math.max(this.#mostUsers, users);
    this.#protocol.settle(now);
    this.#watch.sample(now, this.#browsers?.tick(now), users);
    this.#sequence += 1;
    return {
      crowd,
      slice,
      of,
      sequence: this.#sequence,
      finished,
      elapsedMs: (this.#goneAt ?? now) - startedAt,
      ...this.#protocol.report(now, finished),
      health: { ...this.#watch.health(), ...portsUsed(this.#mostUsers, sourceAddresses) },
      canary: canary.report(),
      idle: idleConnections.times,
      samples: finished ? this.#watch.allSamples() : this.#watch.newSamples(),
      ...(browsers.users > 0 ? { browsers: this.#browserReport(now, finished) } : {}),
    };
  }

  #browserReport(now: number, finished: boolean) {
    const { users } = this.#options.browsers;
    return this.#browsers?.report(now, finished) ?? withoutBrowsers(users, this.#prepared.unavailableReason);
  }
}
