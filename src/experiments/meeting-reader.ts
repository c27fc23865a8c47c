import type { MeetingState } from '../checks/ledger.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Access } from '../meetings/access.ts';
import type { Offers } from '../meetings/offers.ts';
import { isForParticipants, type Reported, reportedIn, rosterSource } from '../meetings/roster.ts';
import type { SideUser } from '../meetings/side-user.ts';
import { stateOf } from '../participants/meeting-view.ts';

export interface MeetingReaderOptions {
  readonly access: Access;
  readonly offers: Pick<Offers, 'roster' | 'hand' | 'isForMembers'>;
  readonly clock: Clock;
  /** Whether the host is a participant of the meetings that it creates. */
  readonly hostTakesPart: boolean;
  /** The names of the users, where the service knows them by their connections. */
  readonly names: ReadonlyMap<string, string> | undefined;
  host(): Promise<SideUser>;
  sideUser(name: string): Promise<SideUser>;
}

/** Part of the reads that the contract allows a user: the same user makes a few more elsewhere. */
const PART_OF_READS = 0.8;
/** The contract allows a user 20 joins and reconnects together in 5 minutes. */
const RECONNECTS_PER_USER = 15;
/** A roster for participants only uses one of few allowed calls: it is read at most this often. */
const BETWEEN_RECONNECTS_MS = 1000;

/**
 * Reads the state of a meeting from the service, within the limits of the contract. If only participants get the
 * roster, it has participants of its own in the meeting (lookouts), which no state counts.
 */
export class MeetingReader {
  readonly #options: MeetingReaderOptions;
  /** Reads meetings without being in them. */
  #outsider: { readonly number: number; readonly user: Promise<SideUser> } | undefined;
  #reads = 0;
  #reconnects = 0;
  #reconnectedAt = Number.NEGATIVE_INFINITY;
  /** By number and meeting. */
  readonly #lookouts = new Map<string, { readonly meetingId: string; readonly user: SideUser }>();
  readonly #lookoutIds = new Set<string>();

  constructor(options: MeetingReaderOptions) {
    this.#options = options;
  }

  /** Whether the user is there for the harness alone, to read the roster. */
  readonly isLookout = (userId: string): boolean => this.#lookoutIds.has(userId);

  /** The meeting's state as the service reports it now, with the roster if it returns one. */
  async state(meetingId: string): Promise<MeetingState> {
    const { offers, names } = this.#options;
    const reported = isForParticipants(offers)
      ? await this.#asParticipant(meetingId)
      : await this.read(meetingId);
    return stateOf(reported, offers.hand === true, this.isLookout, names);
  }

  /**
   * Reads the meeting without its roster. Changes the user before the rate limit. A service that reports no meetings
   * has no state.
   */
  async read(meetingId: string): Promise<Reported> {
    const { access, offers, sideUser } = this.#options;
    const operation = access.contract.operations.get('meeting.get');
    if (!operation) return { status: 'unknown' };
    if (offers.isForMembers) return this.#ask(await this.#insider(meetingId), 'meeting.get', meetingId);
    const { calls = Number.POSITIVE_INFINITY } = operation.allowance ?? {};
    const number = Math.floor(this.#reads++ / (calls * PART_OF_READS));
    if (this.#outsider?.number !== number) {
      await (await this.#outsider?.user)?.close();
      this.#outsider = { number, user: sideUser(`r${number}`) };
    }
    return this.#ask(await this.#outsider.user, 'meeting.get', meetingId);
  }

  /** The lookouts leave their meetings. */
  async leave(): Promise<void> {
    for (const { meetingId, user } of this.#lookouts.values()) await user.leave(meetingId);
  }

  async close(): Promise<void> {
    const outsider = await this.#outsider?.user;
    const lookouts = [...this.#lookouts.values()].map(({ user }) => user);
    await Promise.allSettled([...lookouts, outsider].map((user) => user?.close()));
  }

  /** A user who may read the meeting: the one who created it, or a lookout. */
  #insider(meetingId: string): Promise<SideUser> {
    const { access, host } = this.#options;
    return access.contract.meetings.kind === 'created' ? host() : this.#lookout(0, meetingId);
  }

  /** Reads as the host, and as lookouts where one user would call too often. */
  async #asParticipant(meetingId: string): Promise<Reported> {
    const { clock, offers, access, hostTakesPart, host } = this.#options;
    const source = rosterSource(access.contract, offers)!;
    await clock.until(this.#reconnectedAt + BETWEEN_RECONNECTS_MS);
    this.#reconnectedAt = clock.now();
    const number = Math.floor(this.#reconnects++ / RECONNECTS_PER_USER);
    const isForHost = number === 0 && hostTakesPart && source === 'meeting.reconnect';
    return this.#ask(isForHost ? await host() : await this.#lookout(number, meetingId), source, meetingId);
  }

  /** Throws if the service refuses. */
  async #ask(
    user: SideUser,
    source: NonNullable<ReturnType<typeof rosterSource>>,
    meetingId: string,
  ): Promise<Reported> {
    const answer = await user.call(source, { meetingId });
    const reported = reportedIn(this.#options.access.contract, source, answer);
    if (reported) return reported;
    throw new Error(`the service answers ${answer.cause} when asked for the meeting`);
  }

  async #lookout(number: number, meetingId: string): Promise<SideUser> {
    const key = `${number} ${meetingId}`;
    const known = this.#lookouts.get(key);
    if (known) return known.user;
    const user = await this.#options.sideUser(`look${number}`);
    this.#lookouts.set(key, { meetingId, user });
    // The id has to be known before others receive events about it: some services name a user by the connection.
    await user.connect();
    this.#lookoutIds.add(user.userId);
    await user.arrive(meetingId);
    return user;
  }
}
