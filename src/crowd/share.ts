import type { Journey } from '../journeys/journey.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import { seeded } from '../kernel/random.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import type { Access } from '../meetings/access.ts';
import type { Identity } from '../meetings/identities/identity.ts';
import type { SocketClient } from '../meetings/socket/room-socket.ts';
import type { NetworkProfile } from '../network/profiles/index.ts';
import { type EventCause, EventDeliveries } from '../participants/event-deliveries.ts';
import { ProtocolParticipant } from '../participants/protocol-participant.ts';
import { causeOfError, outcomeOfError } from '../request-context/failure.ts';
import { idleConnections } from '../request-context/idle-connections.ts';
import { openRequestContext, type RequestContextKind } from '../request-context/request-context.ts';
import { ROOM_EVENTS } from '../timings/catalogue.ts';
import { Timings } from '../timings/timings.ts';
import { BrowserCrowd, withoutBrowsers } from './browser-crowd.ts';
import { Canary } from './canary/canary.ts';
import type { CoordinatorConnection } from './coordinator/coordinator-connection.ts';
import type { Exemplar } from './exemplars.ts';
import { GeneratorWatch } from './generator-watch.ts';
import { type Meetings, meetingAt, openMeetings } from './open-meetings.ts';
import { type BrowserSettings, prepareBrowsers } from './prepare-browsers.ts';
import { LOGIN } from './recorded-operations.ts';
import { noSessions, runShare } from './run-share.ts';
import { durationMs, peakUsers, type Schedule, shareOf } from './schedules/index.ts';
import type { ShareReport } from './share-report.ts';
import { socketClients } from './socket-clients.ts';
import { portsUsed, sourceAddressesFor } from './source-addresses.ts';
import { participantId } from './user-ids.ts';
import { openWaysIn } from './way-in.ts';

export interface ShareOptions {
  readonly crowd: string;
  readonly runId: string;
  readonly index: number;
  readonly of: number;
  /** The schedule of the whole crowd. */
  readonly schedule: Schedule;
  readonly journey: Journey;
  readonly serviceUrl: string;
  readonly socketUrl: string;
  readonly access: Access;
  readonly requestContext: RequestContextKind;
  /** Default `wire`. */
  readonly socketClient?: SocketClient | undefined;
  readonly requestTimeoutMs: number;
  readonly meetingSize: number;
  /** Addresses of this machine that participants come from; empty: as many as it takes, on loopback. */
  readonly sourceAddresses: readonly string[];
  readonly drainMs: number;
  readonly seed: number;
  /** No crowd starts sooner. */
  readonly notBefore?: Date | undefined;
  /** The line over which every participant connects; without one, directly. */
  readonly profile?: NetworkProfile | undefined;
  readonly browsers: BrowserSettings;
  /** Where the exemplars of browser participants are kept. */
  readonly exemplarsFolder: string;
  /** Readable by nobody else, and gone with the run: raw traces hold tokens. */
  readonly privateFolder: string;
}

export interface HostedShare {
  readonly report: ShareReport;
  readonly exemplars: readonly Exemplar[];
}

const REPORT_EVERY_MS = 1000;
const EVENT_TIMEOUT_MS = 5000;
const ANNOUNCE_EVERY_MS = 50;
/** A few of them at a time: what is late behind it would be measured as the service's. */
const SETTLE_EVERY_MS = 200;
/** Given to participants that are asked to leave, on top of the time that one call may take. */
const LEAVE_MARGIN_MS = 2000;

/**
 * One share of a crowd, in one worker: meets the others at the barrier, runs its part, reports every second.
 * Resolves with its last report and its exemplars, whatever happened to the participants; it throws only for its own troubles.
 */
export async function hostShare(
  options: ShareOptions,
  coordinator: CoordinatorConnection,
): Promise<HostedShare> {
  const clock = systemClock;
  const { crowd, index, of, access } = options;
  const meetings = await coordinator.shared<Meetings>('meetings', () =>
    openMeetings({ ...options, users: peakUsers(options.schedule) + options.browsers.users }),
  );
  await warmUp(options);
  const { schedule, requestTimeoutMs, drainMs, notBefore = new Date(0) } = options;
  const waitMs = Math.max(0, notBefore.getTime() - Date.now());
  // The barrier may hold for as long again as the run takes.
  const ttlMs = waitMs + 2 * (durationMs(schedule) + drainMs + 2 * requestTimeoutMs) + 120_000;
  const { browser, without } = await prepareOwn(options, coordinator);
  const sourceAddresses = sourceAddressesFor(options, peakUsers(options.schedule));
  const waysIn = await openWaysIn({ ...options, sourceAddresses, ttlMs });
  const canary = await Canary.open({ ...options, clock, seed: options.seed + index });

  const { at: startedAt } = await coordinator.arrive().catch(async (error: unknown) => {
    await browser?.close();
    await canary.close();
    throw error;
  });
  await clock.until(startedAt);
  const watch = new GeneratorWatch(clock.now(), clock.now() - startedAt);
  canary.start();
  const timings = new Timings(startedAt);
  const deliveries = new EventDeliveries(
    timings.operation(ROOM_EVENTS),
    EVENT_TIMEOUT_MS,
    options.access.contract.causedEvents,
  );
  const sessions = noSessions();
  const drops: Record<string, number> = {};
  const announcements = new Announcements(coordinator);
  const caused = (cause: EventCause) => {
    deliveries.caused(cause);
    browsers?.caused(cause);
  };
  const announce = (cause: EventCause) => {
    caused(cause);
    if (of > 1) announcements.add(cause);
  };
  coordinator.on('causes', (causes) => causes.forEach(caused));
  const sockets = socketClients(options.socketClient ?? 'wire', access.contract);
  const meetingOf = (place: number) => meetingAt(meetings, place, options.meetingSize);
  const whole = {
    ...options,
    clock,
    startedAt,
    watch,
    leaveMs: options.requestTimeoutMs + LEAVE_MARGIN_MS,
    stopSignal: coordinator.stopSignal,
  };
  const browsers =
    browser &&
    new BrowserCrowd(browser, {
      ...whole,
      ...options.browsers,
      eventTimeoutMs: EVENT_TIMEOUT_MS,
      meetingOf,
      waysIn,
      announce,
    });

  let sequence = 0;
  let mostUsers = 0;
  let goneAt: number | undefined;
  const report = (finished: boolean): ShareReport => {
    const now = clock.now();
    mostUsers = Math.max(mostUsers, timings.users);
    deliveries.settle(now);
    watch.sample(now, browsers?.tick(now), timings.users);
    sequence += 1;
    return {
      crowd,
      share: index,
      of,
      sequence,
      finished,
      elapsedMs: (goneAt ?? now) - startedAt,
      users: timings.users,
      sessions: structuredClone(sessions),
      drops: { ...drops },
      events: {
        twice: deliveries.twice,
        duplicates: deliveries.duplicates,
        unexplained: deliveries.unexplained,
      },
      health: { ...watch.health(), ...portsUsed(mostUsers, sourceAddresses) },
      canary: canary.report(),
      idle: idleConnections.times,
      ...(sockets.sentence === undefined ? {} : { sockets: sockets.sentence }),
      moments: finished ? watch.allMoments() : watch.newMoments(),
      timings: finished ? timings.encode(now) : timings.snapshot(now),
      ...(options.browsers.users > 0
        ? { browsers: browsers?.report(now, finished) ?? withoutBrowsers(options.browsers.users, without) }
        : {}),
    };
  };
  const ticking = setInterval(() => coordinator.report(report(false)), REPORT_EVERY_MS);
  const settling = setInterval(() => deliveries.settle(clock.now()), SETTLE_EVERY_MS);
  try {
    const protocol = runShare({
      ...whole,
      schedule: shareOf(options.schedule, index, of),
      timings,
      sessions,
      async admit({ index: arrival, seat, intendedAt, leaveRequest }) {
        const number = arrival * of + (index - 1);
        const who = await openIdentity(access, participantId(options.runId, crowd, number), timings, clock);
        // By the seat and not by the number: a replacement takes the place that became free. Browser participants have
        // the first places, so that others meet them.
        const place = seat * of + (index - 1);
        const meetingId = meetingOf(options.browsers.users + place);
        const way = await waysIn.open(number, { place });
        return new ProtocolParticipant({
          contract: access.contract,
          identity: who,
          meetingId,
          random: seeded(options.seed, crowd, number),
          context: await openRequestContext(options.requestContext, {
            baseURL: way.http.url,
            via: way.http.via,
            localAddress: way.http.localAddress,
            extraHTTPHeaders: { ...who.headers },
            timeoutMs: options.requestTimeoutMs,
          }),
          socket: way.socket,
          socketClient: sockets.of(number),
          timeoutMs: options.requestTimeoutMs,
          timings,
          clock,
          deliveries,
          announce,
          onDrop(reason) {
            drops[reason] = (drops[reason] ?? 0) + 1;
          },
          leaveRequest,
          // Who had to log in first could not begin sooner.
          intendedAt: asksService(access) ? Math.max(intendedAt, clock.now()) : intendedAt,
          onClose: way.dispose,
        });
      },
    });
    await Promise.all([protocol, browsers?.run()]);
    goneAt = clock.now();
    // What other shares caused just before the end is still on its way here.
    await clock.until(goneAt + 4 * ANNOUNCE_EVERY_MS);
  } catch (error) {
    // A defect of the journey or of ours. What was measured until now is kept, but this share never finished.
    coordinator.report(report(false));
    await browsers?.exemplars.discard();
    throw error;
  } finally {
    clearInterval(ticking);
    clearInterval(settling);
    announcements.end();
    watch.stop();
    await canary.close();
    await browser?.close();
    await waysIn.close();
  }
  deliveries.settleAll(clock.now());
  browsers?.settleAll(clock.now());
  const last = report(true);
  coordinator.report(last);
  return { report: last, exemplars: (await browsers?.exemplars.write(options.exemplarsFolder)) ?? [] };
}

function prepareOwn(options: ShareOptions, coordinator: CoordinatorConnection) {
  if (options.browsers.users === 0) return { browser: undefined, without: null };
  return prepareBrowsers(options.browsers, { ...options, timeoutMs: options.requestTimeoutMs }, coordinator);
}

/** Whether users are made known by the service itself, or by a command. */
function asksService({ contract: { identity } }: Access): boolean {
  return identity.login !== undefined || identity.command !== undefined;
}

/** A user of its own. What keeps it from being one is a failure of `session.login`; a success is not recorded. */
async function openIdentity(access: Access, name: string, timings: Timings, clock: Clock): Promise<Identity> {
  const startedAt = clock.now();
  try {
    return await access.identities.open(name);
  } catch (error) {
    const recorded = timings.operation(LOGIN);
    // By its cause: the words of the error may be those of the service.
    const { cause } = error as Error;
    const isOurs = outcomeOfError(cause) === 'generator limit';
    const outcome = isOurs ? 'generator limit' : 'error';
    recorded.record(outcome, startedAt, clock.now());
    recorded.failure(outcome, isOurs ? causeOfError(cause) : causeOfLogin(error), String(error));
    throw error;
  }
}

/** The same for all failures of one kind: the names of users differ. */
function causeOfLogin(error: unknown): string {
  return withoutSecrets((error as Error).message.split('\n', 1)[0]!).replace(/"[^"]*"/g, '"…"');
}

/** Loads the client and makes one call that nobody counts, so that the first participant does not pay for it. */
async function warmUp({ requestContext, serviceUrl, requestTimeoutMs, access }: ShareOptions): Promise<void> {
  const context = await openRequestContext(requestContext, {
    baseURL: serviceUrl,
    timeoutMs: requestTimeoutMs,
  });
  await context.get(access.contract.service.health).catch(() => undefined); // a service that is gone by now is the run's to measure
  await context.dispose();
}

/** Tells the other shares what room events this one caused, a batch at a time. */
class Announcements {
  #batch: EventCause[] = [];
  readonly #coordinator: CoordinatorConnection;
  readonly #timer: NodeJS.Timeout;

  constructor(coordinator: CoordinatorConnection) {
    this.#coordinator = coordinator;
    this.#timer = setInterval(() => this.#send(), ANNOUNCE_EVERY_MS);
  }

  add(cause: EventCause): void {
    this.#batch.push(cause);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#send();
  }

  #send(): void {
    if (this.#batch.length === 0) return;
    this.#coordinator.announce(this.#batch);
    this.#batch = [];
  }
}
