import type { Journey } from '../journeys/journey.ts';
import type { Access } from '../meetings/access.ts';
import type { SocketClient } from '../meetings/socket/room-socket.ts';
import type { NetworkProfile } from '../network/profiles/profile.ts';
import type { RequestContextKind } from '../request-context/open.ts';
import type { BrowserSettings } from './prepare-browsers.ts';
import type { Schedule } from './schedules/index.ts';

export interface SliceOptions {
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
  /** Addresses of this machine for participants; empty: as many as needed, on loopback. */
  readonly sourceAddresses: readonly string[];
  readonly drainMs: number;
  readonly seed: number;
  /** The earliest start of a crowd. */
  readonly notBefore?: Date | undefined;
  /** The link over which every participant connects; without it, participants connect directly. */
  readonly profile?: NetworkProfile | undefined;
  readonly browsers: BrowserSettings;
  /** The folder for the exemplars of browser participants. */
  readonly exemplarsFolder: string;
  /** Readable only by this user, and removed with the run: raw traces hold tokens. */
  readonly privateFolder: string;
}
