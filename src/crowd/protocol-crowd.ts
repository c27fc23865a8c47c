import { seeded } from '../kernel/random.ts';
import { type EventCause, EventDeliveries } from '../participants/event-deliveries.ts';
import { ProtocolParticipant } from '../participants/protocol-participant.ts';
import { openRequestContext } from '../request-context/open.ts';
import { ROOM_EVENTS } from '../timings/catalogue.ts';
import { Timings } from '../timings/timings.ts';
import { asksService, openIdentity, participantId } from './open-identity.ts';
import type { Arrival, HostedParticipant } from './open-sessions.ts';
import type { Route } from './routes.ts';
import { runSlice } from './run-slice.ts';
import { sliceOf } from './schedules/index.ts';
import type { RunningSliceOptions } from './slice-options.ts';
import { noSessions, type SliceReport } from './slice-report.ts';
import { type SocketClients, socketClients } from './socket-clients.ts';

/** The participants of one slice that have no browser. */
export class ProtocolCrowd {
  readonly #options: RunningSliceOptions;
  readonly #timings: Timings;
  readonly #deliveries: EventDeliveries;
  readonly #sockets: SocketClients;
  readonly #sessions = noSessions();
  readonly #drops: Record<string, number> = {};

  constructor(options: RunningSliceOptions) {
    const { access, startedAt, eventTimeoutMs, socketClient } = options;
    this.#options = options;
    this.#timings = new Timings(startedAt);
    this.#deliveries = new EventDeliveries(
      this.#timings.operation(ROOM_EVENTS),
      eventTimeoutMs,
      access.contract.causedEvents,
    );
    this.#sockets = socketClients(socketClient, access.contract);
  }

  get users(): number {
    return this.#timings.users;
  }

  /** Runs from the first arrival until the last participant is gone. */
  async run(): Promise<void> {
    const { schedule, index, of } = this.#options;
    await runSlice({
      ...this.#options,
      schedule: sliceOf(schedule, index, of),
      timings: this.#timings,
      sessions: this.#sessions,
      admit: (arrival) => this.#admit(arrival),
    });
  }

  /** Reports a room event that a participant caused, in this slice or in another one. */
  caused(cause: EventCause): void {
    this.#deliveries.caused(cause);
  }

  settle(now: number): void {
    this.#deliveries.settle(now);
  }

  /** Called at the end, when no event can arrive any more. */
  settleAll(now: number): void {
    this.#deliveries.settleAll(now);
  }

  report(
    now: number,
    finished: boolean,
  ): Pick<SliceReport, 'users' | 'sessions' | 'drops' | 'events' | 'sockets' | 'timings'> {
    const { twice, duplicates, unexplained } = this.#deliveries;
    return {
      users: this.#timings.users,
      sessions: structuredClone(this.#sessions),
      drops: { ...this.#drops },
      events: { twice, duplicates, unexplained },
      sockets: this.#sockets.sentence,
      timings: finished ? this.#timings.encode(now) : this.#timings.snapshot(now),
    };
  }

  async #admit({ index: arrival, seat, intendedAt, leaveRequest }: Arrival): Promise<HostedParticipant> {
    const { crowd, runId, index, of, seed, access, clock, requestTimeoutMs, announce } = this.#options;
    const number = arrival * of + (index - 1);
    const identity = await openIdentity(access, participantId(runId, crowd, number), {
      timings: this.#timings,
      clock,
    });
    // The seat decides, not the number: a replacement takes the place that became free. Browser participants have the
    // first places, so that they meet others.
    const place = seat * of + (index - 1);
    const route = await this.#options.routes.open(number, { place });
    return new ProtocolParticipant({
      contract: access.contract,
      identity,
      meetingId: this.#options.meetingOf(this.#options.browsers.users + place),
      random: seeded(seed, crowd, number),
      context: await this.#context(route, identity.headers),
      socket: route.socket,
      socketClient: this.#sockets.of(number),
      timeoutMs: requestTimeoutMs,
      timings: this.#timings,
      clock,
      deliveries: this.#deliveries,
      announce,
      onDrop: (reason) => {
        this.#drops[reason] = (this.#drops[reason] ?? 0) + 1;
      },
      leaveRequest,
      // A user that must log in first cannot start sooner.
      intendedAt: asksService(access) ? Math.max(intendedAt, clock.now()) : intendedAt,
      onClose: route.dispose,
    });
  }

  #context({ http }: Route, headers: Readonly<Record<string, string>>) {
    const { requestContext, requestTimeoutMs } = this.#options;
    return openRequestContext(requestContext, {
      baseURL: http.url,
      via: http.via,
      localAddress: http.localAddress,
      extraHTTPHeaders: { ...headers },
      timeoutMs: requestTimeoutMs,
    });
  }
}
