import type { Journey } from '../journeys/journey.ts';
import type { Access } from '../meetings/access.ts';
import type { SocketClient } from '../meetings/socket/room-socket.ts';
import type { NetworkProfile } from '../network/profiles/profile.ts';
import type { EventCause } from '../participants/event-deliveries.ts';
import type { RequestContextKind } from '../request-context/open.ts';
import type { LevelKind } from './levels/order.ts';
import type { SliceRunOptions } from './open-sessions.ts';
import type { Routes } from './routes.ts';
import type { Schedule } from './schedules/index.ts';

export interface SliceOptions {
  readonly crowd: string;
  readonly runId: string;
  readonly index: number;
  readonly of: number;
  /** The schedule of the whole crowd; with levels, its bounds. */
  readonly schedule: Schedule;
  /** What the main process decides while the crowd runs; absent for a crowd that follows its schedule. */
  readonly levels?: LevelKind | undefined;
  readonly journey: Journey;
  readonly serviceUrl: string;
  readonly socketUrl: string;
  readonly access: Access;
  readonly requestContext: RequestContextKind;
  readonly socketClient: SocketClient;
  readonly requestTimeoutMs: number;
  readonly meetingSize: number;
  /** Addresses of this machine for participants; empty: as many as needed, on loopback. */
  readonly sourceAddresses: readonly string[];
  readonly drainMs: number;
  readonly seed: number;
  /** The earliest start of a crowd. */
  readonly notBefore?: Date | undefined;
  /** The link over which every participant connects; without it, participants connect directly. */
  readonly profile?: NetworkProfile | undefined;
  readonly browsers: {
    /** Browser participants of the whole crowd; 0 for none. */
    readonly users: number;
    /** Every Nth browser session is traced; 0 for none. */
    readonly traceEvery: number;
    readonly chromiumPath?: string | undefined;
  };
  /** The folder for the exemplars of browser participants. */
  readonly exemplarsFolder: string;
  /** Readable only by this user, and removed with the run: raw traces hold tokens. */
  readonly privateFolder: string;
}

/** The options of the participants of a slice, protocol or browser, from the release of the barrier on. */
export interface RunningSliceOptions
  extends Omit<SliceOptions, 'levels'>,
    Omit<SliceRunOptions, 'timings' | 'sessions' | 'admit'> {
  readonly eventTimeoutMs: number;
  /** The meeting at a place of the whole crowd, of which browser participants have the first places. */
  meetingOf(place: number): string;
  readonly routes: Routes;
  announce(cause: EventCause): void;
}
