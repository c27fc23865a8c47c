import type { Settings } from '../../config/read-settings.ts';
import type { Coordinator } from '../../crowd/coordinator/coordinator.ts';
import { type Meetings, openMeetings } from '../../crowd/open-meetings.ts';
import type { Access } from '../../meetings/access.ts';

interface CrowdMeetingsOptions {
  readonly crowd: string;
  readonly runId: string;
  readonly settings: Settings;
  readonly access: Access;
  readonly coordinator: Pick<Coordinator, 'shared' | 'share'>;
}

/** The time of a session besides its pauses, at a service that is not overloaded. */
const CALLS_OF_SESSION_MS = 2000;
/** A level that breaks has more active users than its arrivals usually cause. */
const SPARE = 2;

/** The meetings of a crowd with levels. A slice has opened the first ones; the main process opens those of later levels. */
export class CrowdMeetings {
  readonly #options: CrowdMeetingsOptions;
  /** The most active users of one arrival per second, in earlier levels. */
  #usersPerArrival: number;

  constructor(options: CrowdMeetingsOptions) {
    this.#options = options;
    const { REQUESTS_PER_USER: actions, THINK_TIME_MS } = options.settings;
    const [low, high] = THINK_TIME_MS;
    this.#usersPerArrival = ((actions * (low + high)) / 2 + CALLS_OF_SESSION_MS) / 1000;
  }

  /** Notes how many users were active at a level of arrivals. */
  seen(level: number, users: number): void {
    this.#usersPerArrival = Math.max(this.#usersPerArrival, users / level);
  }

  /**
   * Opens the meetings that a level needs besides the open ones.
   * @returns the ids of all meetings; undefined if those that the slices know are enough
   * @throws {UserError} if the service refuses one
   */
  async openFor(level: number): Promise<readonly string[] | undefined> {
    const { crowd, runId, settings, access, coordinator } = this.#options;
    const { CAPACITY_OF: axis, MEETING_SIZE: meetingSize, REQUEST_TIMEOUT_MS: requestTimeoutMs } = settings;
    const open = coordinator.shared(crowd, 'meetings') as Meetings | undefined;
    if (open === undefined) return undefined;
    // All are in the first meeting, also if the contract names several.
    if (axis === 'meeting-size') return open.ids.slice(0, 1);
    const users = axis === 'users' ? level : Math.ceil(level * this.#usersPerArrival * SPARE);
    const serviceUrl = settings.MEETINGS_SERVICE_URL!;
    const socketUrl = settings.WEBSOCKET_URL ?? serviceUrl;
    const host = { runId, crowd, serviceUrl, socketUrl, access, requestTimeoutMs };
    const all = await openMeetings({ ...host, users, meetingSize }, open);
    if (all.ids.length === open.ids.length) return undefined;
    coordinator.share(crowd, 'meetings', all);
    return all.ids;
  }
}
