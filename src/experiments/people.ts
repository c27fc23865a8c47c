import type { Ledger, MeetingState } from '../checks/ledger.ts';
import type { Clock } from '../kernel/clock.ts';
import { UserError } from '../kernel/errors.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import { MEETINGS, type Meeting } from '../meetings/contract.ts';
import { identity } from '../meetings/identity.ts';
import { leaveMeeting } from '../meetings/leave-meeting.ts';
import type { Offers } from '../meetings/offers.ts';
import { httpOperations } from '../meetings/operations.ts';
import { type ReconnectPolicy, socketIoDefaults } from '../meetings/reconnect-policy.ts';
import { askForRoster, isForParticipants, type Reported } from '../meetings/roster.ts';
import { stateOf } from '../participants/meeting-view.ts';
import { Witness } from '../participants/witness.ts';
import { openRequestContext, type RequestContext } from '../request-context/request-context.ts';
import type { Timings } from '../timings/timings.ts';

export interface PeopleOptions {
  readonly serviceUrl: string;
  readonly jwtSecret: string;
  /** Part of every user id: at most 28 characters. */
  readonly prefix: string;
  readonly ledger: Ledger;
  readonly timings: Timings;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly offers: Pick<Offers, 'roster' | 'hand'>;
}

/** The contract grants a user 60 reads in a minute. */
const READS_PER_USER = 50;
/** The contract grants a user 20 joins and reconnects together in 5 minutes. */
const RECONNECTS_PER_USER = 15;
/** A roster that only participants are told costs one of few calls: it is not asked for more often than this. */
const BETWEEN_RECONNECTS_MS = 1000;

/** The participants of one experiment and the meetings that they attend, seen from a host on the direct path. */
export class People {
  readonly #options: PeopleOptions;
  readonly #witnesses: Witness[] = [];
  readonly #groups: People[] = [];
  readonly #meetings: string[] = [];
  #host: Promise<RequestContext> | undefined;
  #number = 0;
  #reads = 0;
  #resumes = 0;
  #resumedAt = Number.NEGATIVE_INFINITY;
  /** Participants who only look at the roster, by meeting. */
  readonly #lookouts = new Map<string, RequestContext>();

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  /** Others with a host and meetings of their own, who go when these go. Their user ids begin with `idsBegin`. */
  group(name: string, { timeoutMs = this.#options.timeoutMs }: { timeoutMs?: number } = {}): People {
    const group = new People({ ...this.#options, prefix: `${this.#options.prefix}-${name}`, timeoutMs });
    this.#groups.push(group);
    return group;
  }

  /** What the ids of these people begin with, and of nobody else. */
  get idsBegin(): string {
    return `${this.#options.prefix}-`;
  }

  get hostId(): string {
    return `${this.#options.prefix}-host`;
  }

  /** A new meeting, hosted by somebody who takes no further part. */
  async meeting(title: string, maxParticipants: number): Promise<string> {
    const host = await this.#asHost();
    const created = this.#options.ledger.invoke(this.hostId, 'create');
    const response = await host.post(MEETINGS, { data: { title, maxParticipants } });
    if (!response.ok())
      throw new UserError(
        `The service did not create a meeting: ${response.status()} ${withoutSecrets(await response.text())}`,
      );
    const { data } = (await response.json()) as { data: Meeting };
    created('ok');
    this.#meetings.push(data.id);
    return data.id;
  }

  /** New participants of a meeting, not yet there. `url` is each one's own way to the service, if not the direct one. */
  async open(
    meetingId: string,
    count: number,
    {
      url,
      wrap,
      policy = socketIoDefaults,
    }: {
      url?: (number: number) => Promise<string>;
      wrap?: (number: number, context: RequestContext) => RequestContext;
      policy?: ReconnectPolicy;
    } = {},
  ): Promise<Witness[]> {
    const { prefix, jwtSecret, serviceUrl, ...shared } = this.#options;
    const ignores = this.isLookout;
    const opened = await Promise.all(
      Array.from({ length: count }, async () => {
        this.#number += 1;
        const number = this.#number;
        return Witness.open({
          ...shared,
          ignores,
          identity: identity(`${prefix}-${number}`, jwtSecret),
          meetingId,
          url: url ? await url(number) : serviceUrl,
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
      : { meeting: await this.#read(meetingId) };
    const state = stateOf(reported, offers.hand, this.isLookout);
    this.#options.ledger.add({ who: this.hostId, type: 'state', source: 'service', state });
    return state;
  }

  /** The status that the service reports for the meeting, or `unknown`. */
  async status(meetingId: string): Promise<string> {
    return (await this.#read(meetingId)).status ?? 'unknown';
  }

  /** Whether the user is there for the harness alone, to look at the roster. */
  readonly isLookout = (userId: string): boolean => userId.startsWith(`${this.#options.prefix}-look`);

  async #read(meetingId: string): Promise<Meeting> {
    const { meeting } = await askForRoster(await this.#asHost(), meetingId, {}, this.#asReader());
    return meeting;
  }

  /** Asked by the host, and by further participants where that would be too often for one. */
  async #asParticipant(meetingId: string): Promise<Reported> {
    const { clock, offers } = this.#options;
    await clock.until(this.#resumedAt + BETWEEN_RECONNECTS_MS);
    this.#resumedAt = clock.now();
    const number = Math.floor(this.#resumes++ / RECONNECTS_PER_USER);
    const asking = number === 0 ? await this.#asHost() : await this.#lookout(number, meetingId);
    return askForRoster(asking, meetingId, offers);
  }

  async #lookout(number: number, meetingId: string): Promise<RequestContext> {
    const key = `${number} ${meetingId}`;
    const known = this.#lookouts.get(key);
    if (known) return known;
    const context = await this.#contextOf(`${this.#options.prefix}-look${number}`);
    this.#lookouts.set(key, context);
    await context.post(httpOperations['meeting.join'].address(meetingId), { data: {} });
    return context;
  }

  /** The service's own metrics as numbers, by name; sums over labels. Empty where it publishes none. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const response = await (await this.#asHost()).get('/metrics').catch(() => undefined);
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
    for (const [key, context] of this.#lookouts) await leaveMeeting(context, key.slice(key.indexOf(' ') + 1));
    const host = await this.#asHost();
    await Promise.allSettled(this.#meetings.map((id) => leaveMeeting(host, id)));
    await Promise.allSettled([...this.#lookouts.values(), host].map((context) => context.dispose()));
    const known = [...ofGroups, ...left].filter((ids) => ids !== undefined);
    return known.length === 0 ? undefined : known.flat();
  }

  async #leftIn(meetingId: string): Promise<string[] | undefined> {
    const state = await this.serviceState(meetingId).catch(() => undefined);
    return state?.roster?.map(({ userId }) => userId).filter((userId) => userId !== this.hostId);
  }

  /** Another user every now and then, so that no limit is near. */
  #asReader(): { authorization: string } {
    const { prefix, jwtSecret } = this.#options;
    const reader = Math.floor(this.#reads++ / READS_PER_USER);
    return { authorization: `Bearer ${identity(`${prefix}-r${reader}`, jwtSecret).token}` };
  }

  #asHost(): Promise<RequestContext> {
    this.#host ??= this.#contextOf(this.hostId);
    return this.#host;
  }

  #contextOf(userId: string): Promise<RequestContext> {
    const { serviceUrl, jwtSecret, timeoutMs } = this.#options;
    return openRequestContext('wire', {
      baseURL: serviceUrl,
      extraHTTPHeaders: { authorization: `Bearer ${identity(userId, jwtSecret).token}` },
      timeoutMs,
    });
  }
}
