import type { Ledger, MeetingState } from '../checks/ledger.ts';
import type { Clock } from '../kernel/clock.ts';
import { UserError } from '../kernel/errors.ts';
import type { Reach, Route } from '../kernel/reach.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import type { Access } from '../meetings/access.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import { meetingIn, meetingWithoutCreating, whyNotCreated } from '../meetings/new-meeting.ts';
import type { Offers } from '../meetings/offers.ts';
import { type ReconnectPolicy, socketIoDefaults } from '../meetings/reconnect-policy.ts';
import { isForParticipants, type Reported, reportedIn, rosterSource } from '../meetings/roster.ts';
import { SideUser } from '../meetings/side-user.ts';
import { stateOf } from '../participants/meeting-view.ts';
import { UserNames } from '../participants/user-names.ts';
import { Witness } from '../participants/witness.ts';
import type { RequestContext } from '../request-context/request-context.ts';
import type { Timings } from '../timings/timings.ts';

export interface PeopleOptions {
  readonly serviceUrl: string;
  readonly socketUrl: string;
  readonly access: Access;
  /** Part of every name: at most 28 characters. */
  readonly prefix: string;
  readonly ledger: Ledger;
  readonly timings: Timings;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly offers: Pick<Offers, 'roster' | 'hand' | 'hostTakesPart' | 'isForMembers'>;
}

/** Of the reads that the contract grants a user, who makes a few more elsewhere. */
const SHARE_OF_READS = 0.8;
/** The contract grants a user 20 joins and reconnects together in 5 minutes. */
const RECONNECTS_PER_USER = 15;
/** Before a service is said to have noticed nothing, where its contract does not say how long it takes. */
const USUAL_DETECTION_MS = 5000;
const LOOK_AGAIN_MS = 250;
/** A roster that only participants are told costs one of few calls: it is not asked for more often than this. */
const BETWEEN_RECONNECTS_MS = 1000;

/** The participants of one experiment and the meetings that they attend, seen from a host on the direct path. */
export class People {
  readonly #options: PeopleOptions;
  readonly #witnesses: Witness[] = [];
  readonly #groups: People[] = [];
  readonly #meetings: string[] = [];
  #host: Promise<SideUser> | undefined;
  #hostName: string;
  #reader: { readonly number: number; readonly user: Promise<SideUser> } | undefined;
  #number = 0;
  #reads = 0;
  #resumes = 0;
  #resumedAt = Number.NEGATIVE_INFINITY;
  /** Participants who only look at the roster, by meeting. */
  readonly #lookouts = new Map<string, SideUser>();
  readonly #lookoutIds = new Set<string>();
  /** Undefined where ids stay. */
  readonly #names: UserNames | undefined;

  constructor(options: PeopleOptions) {
    this.#options = options;
    this.#hostName = `${options.prefix}-host`;
    this.#names = options.access.contract.identity.none ? new UserNames() : undefined;
  }

  /** Others with a host and meetings of their own, who go when these go. Their user ids begin with `idsBegin`. */
  group(name: string, { timeoutMs = this.#options.timeoutMs }: { timeoutMs?: number } = {}): People {
    const group = new People({ ...this.#options, prefix: `${this.#options.prefix}-${name}`, timeoutMs });
    this.#groups.push(group);
    return group;
  }

  get contract(): Contract {
    return this.#options.access.contract;
  }

  /** What the ids of these people begin with, and of nobody else. */
  get idsBegin(): string {
    return `${this.#options.prefix}-`;
  }

  /** The id of the host; its name, as long as the service has not said it. */
  get hostId(): string {
    return this.#hostName;
  }

  /** How many participants of a new meeting are the host: 0 where creating it does not take part in it. */
  get hosts(): number {
    const { access, offers } = this.#options;
    return access.contract.meetings.kind === 'created' && offers.hostTakesPart !== false ? 1 : 0;
  }

  /** A new meeting, hosted by a user who takes no further part; or one of those that are there. */
  async meeting(title: string, capacity: number): Promise<string> {
    const { access, ledger, prefix } = this.#options;
    const number = this.#meetings.length;
    const there = meetingWithoutCreating(access.contract, number, `${prefix}-m${number}`);
    if (there !== undefined) {
      this.#meetings.push(there);
      return there;
    }
    const host = await this.#asHost();
    // Who takes no part is no participant for checks.
    const created = this.hosts > 0 ? ledger.invoke(this.hostId, 'create') : undefined;
    const answer = await host.call('meeting.create', { input: { title, capacity } });
    const id = meetingIn(access, answer);
    if (id === undefined) throw new UserError(withoutSecrets(`${whyNotCreated(answer)}.`));
    created?.('ok');
    this.#meetings.push(id);
    return id;
  }

  /**
   * New participants of a meeting, not yet there. `url`: another service than that of all; `route`: each one's own, if
   * they do not go there directly.
   */
  async open(
    meetingId: string,
    count: number,
    {
      url,
      route,
      wrap,
      policy = socketIoDefaults,
    }: {
      /** Another service than that of all. */
      url?: string;
      /** The own route of each to the service. */
      route?: (number: number) => Promise<Route>;
      wrap?: (number: number, context: RequestContext) => RequestContext;
      policy?: ReconnectPolicy;
    } = {},
  ): Promise<Witness[]> {
    const { prefix, serviceUrl, socketUrl, ...shared } = this.#options;
    const ignores = this.isLookout;
    const reachOf = async (number: number): Promise<{ http: Reach; socket: Reach }> => {
      const own = await route?.(number);
      const reach = async (to: string) => ({ url: to, via: await own?.to(to) });
      return { http: await reach(url ?? serviceUrl), socket: await reach(url ?? socketUrl) };
    };
    const opened = await Promise.all(
      Array.from({ length: count }, async () => {
        this.#number += 1;
        const number = this.#number;
        return Witness.open({
          ...shared,
          ignores,
          name: `${prefix}-${number}`,
          ...(this.#names ? { names: this.#names } : {}),
          meetingId,
          ...(await reachOf(number)),
          directUrl: serviceUrl,
          policy,
          ...(wrap ? { wrap: (context: RequestContext) => wrap(number, context) } : {}),
        });
      }),
    );
    this.#witnesses.push(...opened);
    return opened;
  }

  /** What the service itself reports of the meeting now, with the roster where it returns one; it goes into the ledger. */
  async serviceState(meetingId: string): Promise<MeetingState> {
    const { offers } = this.#options;
    const reported = isForParticipants(offers)
      ? await this.#asParticipant(meetingId)
      : await this.#read(meetingId);
    const state = stateOf(reported, offers.hand === true, this.isLookout, this.#names);
    this.#options.ledger.add({ who: this.hostId, type: 'state', source: 'service', state });
    return state;
  }

  /** The status that the service reports for the meeting, or `unknown`. */
  async status(meetingId: string): Promise<string> {
    return (await this.#read(meetingId)).status;
  }

  /** Whether the user is there for the harness alone, to look at the roster. */
  readonly isLookout = (userId: string): boolean => this.#lookoutIds.has(userId);

  /** Another user every now and then, so that no limit is near. A service that tells nothing of meetings has no state. */
  async #read(meetingId: string): Promise<Reported> {
    const { access, offers } = this.#options;
    const operation = access.contract.operations.get('meeting.get');
    if (!operation) return { status: 'unknown' };
    if (offers.isForMembers) return this.#ask(await this.#insider(meetingId), 'meeting.get', meetingId);
    const { calls = Number.POSITIVE_INFINITY } = operation.allowance ?? {};
    const number = Math.floor(this.#reads++ / (calls * SHARE_OF_READS));
    if (this.#reader?.number !== number) {
      await (await this.#reader?.user)?.close();
      this.#reader = { number, user: this.#sideUser(`${this.#options.prefix}-r${number}`) };
    }
    return this.#ask(await this.#reader.user, 'meeting.get', meetingId);
  }

  /** A user who may read the meeting: the one who created it, or one of the harness. */
  #insider(meetingId: string): Promise<SideUser> {
    const isCreated = this.#options.access.contract.meetings.kind === 'created';
    return isCreated ? this.#asHost() : this.#lookout(0, meetingId);
  }

  /** Asked by the host, and by further participants where that would be too often for one. */
  async #asParticipant(meetingId: string): Promise<Reported> {
    const { clock, offers, access } = this.#options;
    const source = rosterSource(access.contract, offers)!;
    await clock.until(this.#resumedAt + BETWEEN_RECONNECTS_MS);
    this.#resumedAt = clock.now();
    const number = Math.floor(this.#resumes++ / RECONNECTS_PER_USER);
    // Who created the meeting is in it; where it was there before, the host is not.
    const isHosted = this.hosts > 0 && source === 'meeting.reconnect';
    const asking = number === 0 && isHosted ? await this.#asHost() : await this.#lookout(number, meetingId);
    return this.#ask(asking, source, meetingId);
  }

  /** Throws where the service refuses. */
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
    if (known) return known;
    const user = await this.#sideUser(`${this.#options.prefix}-look${number}`);
    this.#lookouts.set(key, user);
    // Before anybody hears of it: some services name a user by the connection.
    await user.connect();
    this.#lookoutIds.add(user.userId);
    await user.arrive(meetingId);
    return user;
  }

  /** The service's own metrics as numbers, by name; sums over labels. Empty where it publishes none. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const { metrics } = this.#options.access.contract;
    const response = await (await this.#asHost()).context.get(metrics.path).catch(() => undefined);
    const sums = new Map<string, number>();
    if (!response?.ok()) return sums;
    for (const line of (await response.text()).split('\n')) {
      const [, name, labels = '', value] = /^(\w+)(\{[^}]*\})?\s+(\S+)/.exec(line) ?? [];
      if (name === undefined) continue;
      sums.set(name, (sums.get(name) ?? 0) + Number(value));
      if (labels) sums.set(`${name}${labels}`, Number(value));
    }
    return sums;
  }

  /**
   * Everybody goes, the host last; what fails on the way out changes nothing any more. Answers with the users that the
   * service still has in a meeting then; undefined where it returns no roster.
   */
  async close(): Promise<readonly string[] | undefined> {
    const ofGroups = await Promise.all(this.#groups.map((group) => group.close()));
    await Promise.allSettled(this.#witnesses.map((witness) => witness.depart()));
    const left = await Promise.all(this.#meetings.map((id) => this.#leftIn(id)));
    for (const [key, user] of this.#lookouts) await user.leave(key.slice(key.indexOf(' ') + 1));
    const host = await this.#host;
    await Promise.allSettled(this.#meetings.map((id) => host?.leave(id)));
    const reader = await this.#reader?.user;
    const opened = [...this.#lookouts.values(), host, reader].filter((user) => user !== undefined);
    await Promise.allSettled(opened.map((user) => user.close()));
    const known = [...ofGroups, ...left].filter((ids) => ids !== undefined);
    return known.length === 0 ? undefined : known.flat();
  }

  /** Where leaving is the end of the connection, the service may need a moment to notice it. */
  async #leftIn(meetingId: string): Promise<string[] | undefined> {
    const { clock, access } = this.#options;
    const { detectionMs = USUAL_DETECTION_MS, operations } = access.contract;
    const until = operations.get('meeting.leave')?.over === 'http' ? 0 : clock.now() + detectionMs;
    for (;;) {
      const state = await this.serviceState(meetingId).catch(() => undefined);
      const left = state?.roster?.map(({ userId }) => userId).filter((userId) => userId !== this.hostId);
      if (left === undefined || left.length === 0 || clock.now() >= until) return left;
      await clock.until(clock.now() + LOOK_AGAIN_MS);
    }
  }

  #asHost(): Promise<SideUser> {
    this.#host ??= this.#openHost();
    return this.#host;
  }

  async #openHost(): Promise<SideUser> {
    const host = await this.#sideUser(this.#hostName);
    this.#hostName = host.userId;
    return host;
  }

  #sideUser(name: string): Promise<SideUser> {
    const { serviceUrl: url, socketUrl, access, timeoutMs } = this.#options;
    return SideUser.open({ access, name, url, socketUrl, timeoutMs });
  }
}
