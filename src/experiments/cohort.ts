import type { Browser } from '@playwright/test';
import type { Ledger, MeetingState } from '../checks/ledger.ts';
import type { Clock } from '../kernel/clock.ts';
import { UserError } from '../kernel/errors.ts';
import { seeded } from '../kernel/random.ts';
import { proxyTo, type Reach, type Route } from '../kernel/reach.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import type { Access } from '../meetings/access.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import type { Identity } from '../meetings/identities/identity.ts';
import { meetingIn, meetingWithoutCreating, whyNotCreated } from '../meetings/new-meeting.ts';
import type { Offers } from '../meetings/offers.ts';
import { type ReconnectPolicy, socketIoDefaults } from '../meetings/reconnect-policy.ts';
import { SideUser } from '../meetings/side-user.ts';
import { BrowserParticipant } from '../participants/browser-participant.ts';
import { LeaveRequest } from '../participants/leave-request.ts';
import { PageProblems } from '../participants/page/problems.ts';
import { ProtocolParticipant } from '../participants/protocol-participant.ts';
import type { RecordedPage } from '../participants/recorded-page.ts';
import { type RecordedParticipant, recorded } from '../participants/recorded-participant.ts';
import { openRequestContext } from '../request-context/open.ts';
import type { RequestContext } from '../request-context/request-context.ts';
import type { Timings } from '../timings/timings.ts';
import { askUntil } from './ask-until.ts';
import { MeetingReader } from './meeting-reader.ts';

export interface CohortOptions {
  readonly serviceUrl: string;
  readonly socketUrl: string;
  readonly access: Access;
  /** Part of every name: at most 28 characters. */
  readonly prefix: string;
  readonly ledger: Ledger;
  readonly timings: Timings;
  readonly clock: Clock;
  /** For each call, and for each attempt to connect. */
  readonly timeoutMs: number;
  readonly offers: Pick<Offers, 'roster' | 'hand' | 'hostTakesPart' | 'isForMembers'>;
  readonly title?: string;
  readonly capacity?: number;
}

/** How participants reach the service. */
export interface OpenOptions {
  /** Another service than the shared one. */
  readonly url?: string;
  /** A route to the service for each participant; without it, all connect directly. */
  readonly route?: (number: number) => Promise<Route>;
  /** Wraps the HTTP calls of a participant, for example to lose some of them. */
  readonly wrap?: (number: number, context: RequestContext) => RequestContext;
  /** How participants reopen a lost connection. By default, as Socket.IO does. */
  readonly policy?: ReconnectPolicy;
}

interface Member<Driver = ProtocolParticipant> {
  readonly driver: Driver;
  readonly identity: Identity;
}

/** The time after which a service counts as having noticed nothing, if its contract does not state the time. */
const USUAL_DETECTION_MS = 5000;
const LOOK_AGAIN_MS = 250;
const SEATS = 50;

/** The participants of one experiment and their meetings, with a host who connects directly. */
export class Cohort {
  readonly #options: CohortOptions;
  readonly #members: Member[] = [];
  readonly #pages: Member<BrowserParticipant>[] = [];
  readonly #groups: Cohort[] = [];
  readonly #meetings: string[] = [];
  readonly #reader: MeetingReader;
  readonly #leaveRequest: LeaveRequest;
  #host: Promise<SideUser> | undefined;
  #hostName: string;
  #number = 0;
  /** The names of the users by their ids, if each connection has a new id: the ledger has one name for each user. */
  readonly #names: Map<string, string> | undefined;

  /** @internal */
  constructor(options: CohortOptions) {
    this.#options = options;
    this.#hostName = `${options.prefix}-host`;
    this.#leaveRequest = new LeaveRequest(options.clock);
    this.#names = options.access.contract.identity.none ? new Map() : undefined;
    this.#reader = new MeetingReader({
      ...options,
      hostTakesPart: this.hosts > 0,
      names: this.#names,
      host: () => this.host(),
      sideUser: (name) => this.#sideUser(`${options.prefix}-${name}`),
    });
  }

  /** A second cohort with its own host and meetings, closed with this one. Its user ids begin with `idsBegin`. */
  group(name: string, { timeoutMs = this.#options.timeoutMs }: { timeoutMs?: number } = {}): Cohort {
    const group = new Cohort({ ...this.#options, prefix: `${this.#options.prefix}-${name}`, timeoutMs });
    this.#groups.push(group);
    return group;
  }

  /** @internal */
  get contract(): Contract {
    return this.#options.access.contract;
  }

  /** The prefix of the ids of this cohort, and of no other ids. */
  get idsBegin(): string {
    return `${this.#options.prefix}-`;
  }

  /** The id of the host; its name until the service has reported the id. */
  get hostId(): string {
    return this.#hostName;
  }

  /** The number of hosts among the participants of a new meeting: 0 if its creator does not take part. */
  get hosts(): number {
    const { access, offers } = this.#options;
    return access.contract.meetings.kind === 'created' && offers.hostTakesPart !== false ? 1 : 0;
  }

  /** A new meeting, hosted by a user who takes no further part; or an existing one. */
  async meeting(
    capacity = this.#options.capacity ?? SEATS,
    title = this.#options.title ?? 'fullhouse',
  ): Promise<string> {
    const { access, ledger, prefix } = this.#options;
    const number = this.#meetings.length;
    const there = meetingWithoutCreating(access.contract, number, `${prefix}-m${number}`);
    if (there !== undefined) {
      this.#meetings.push(there);
      return there;
    }
    const host = await this.host();
    // A host that takes no part is no participant for checks.
    const created = this.hosts > 0 ? ledger.invoke({ who: this.hostId, op: 'meeting.create' }) : undefined;
    const answer = await host.call('meeting.create', { input: { title, capacity } });
    const id = meetingIn(access, answer);
    if (id === undefined) throw new UserError(withoutSecrets(`${whyNotCreated(answer)}.`));
    created?.('ok');
    this.#meetings.push(id);
    return id;
  }

  /** New participants of a meeting who have not joined yet. */
  async open(meetingId: string, count: number, options: OpenOptions = {}): Promise<RecordedParticipant[]> {
    const numbers = Array.from({ length: count }, () => ++this.#number);
    return Promise.all(numbers.map((number) => this.#open(meetingId, number, options)));
  }

  /** New participants who are in the meeting. */
  async arrive(meetingId: string, count: number, options?: OpenOptions): Promise<RecordedParticipant[]> {
    const opened = await this.open(meetingId, count, options);
    await Promise.all(opened.map((participant) => participant.arrive()));
    return opened;
  }

  /**
   * New participants in pages of the browser, who have not joined yet. Their pages are open and empty.
   * @internal
   */
  async openInPages(
    meetingId: string,
    names: readonly string[],
    browser: Browser,
    { url, via }: Reach = { url: this.#options.serviceUrl },
  ): Promise<RecordedPage[]> {
    const { access, ledger, offers, ...shared } = this.#options;
    const { contract, identities } = access;
    const open = async (name: string) => {
      const identity = await identities.open(name);
      const page = new BrowserParticipant({
        ...shared,
        contract,
        identity,
        meetingId,
        random: seeded('participant of an experiment', name),
        newContext: () => browser.newContext(proxyTo(via)),
        url,
        problems: new PageProblems(),
        leaveRequest: this.#leaveRequest,
      });
      this.#pages.push({ driver: page, identity });
      await page.open();
      return recorded(page, ledger, { contract, offers });
    };
    return Promise.all(names.map(open));
  }

  async #open(
    meetingId: string,
    number: number,
    { url, route, wrap, policy = socketIoDefaults }: OpenOptions,
  ): Promise<RecordedParticipant> {
    const { prefix, serviceUrl, socketUrl, access, ledger, offers, ...shared } = this.#options;
    const own = await route?.(number);
    const reach = async (to: string): Promise<Reach> => ({ url: to, via: await own?.to(to) });
    const [http, socket] = [await reach(url ?? serviceUrl), await reach(url ?? socketUrl)];
    const name = `${prefix}-${number}`;
    const identity = await access.identities.open(name);
    const context = await openRequestContext('wire', {
      baseURL: http.url,
      via: http.via,
      extraHTTPHeaders: { ...identity.headers },
      timeoutMs: shared.timeoutMs,
    });
    const driver = new ProtocolParticipant({
      ...shared,
      contract: access.contract,
      identity,
      meetingId,
      random: seeded('participant of an experiment', number),
      context: wrap?.(number, context) ?? context,
      socket,
      policy,
      leaveRequest: this.#leaveRequest,
    });
    this.#members.push({ driver, identity });
    const names = this.#names;
    return recorded(driver, ledger, {
      contract: access.contract,
      offers,
      ignores: this.#reader.isLookout,
      naming: names && { name, names },
    });
  }

  /** The meeting's state as the service reports it now, with the roster if it returns one; recorded in the ledger. */
  async serviceState(meetingId: string): Promise<MeetingState> {
    const state = await this.#reader.state(meetingId);
    this.#options.ledger.add({ who: this.hostId, type: 'state', source: 'service', state });
    return state;
  }

  /** The status that the service reports for the meeting, or `unknown`. */
  async status(meetingId: string): Promise<string> {
    return (await this.#reader.read(meetingId)).status;
  }

  /** @internal */
  host(): Promise<SideUser> {
    this.#host ??= this.#openHost();
    return this.#host;
  }

  async #openHost(): Promise<SideUser> {
    const host = await this.#sideUser(this.#hostName);
    this.#hostName = host.userId;
    return host;
  }

  /**
   * All leave, the host last; failures are ignored. Returns the users that the service still has in a
   * meeting afterwards; undefined if it returns no roster.
   * @internal
   */
  async close(): Promise<readonly string[] | undefined> {
    await Promise.all(this.#pages.map(({ driver }) => driver.close()));
    await Promise.allSettled(this.#pages.map((member) => this.#leaveDirectly(member)));
    const ofGroups = await Promise.all(this.#groups.map((group) => group.close()));
    await Promise.allSettled(this.#members.map((member) => this.#depart(member)));
    const left = await Promise.all(this.#meetings.map((id) => this.#leftIn(id)));
    await this.#reader.leave();
    const host = await this.#host;
    await Promise.allSettled(this.#meetings.map((id) => host?.leave(id)));
    await this.#reader.close();
    await host?.close().catch(() => undefined);
    const known = [...ofGroups, ...left].filter((ids) => ids !== undefined);
    return known.length === 0 ? undefined : known.flat();
  }

  /** Leaves over the direct route, because the route of the participant may be broken. */
  async #depart({ driver, identity }: Member): Promise<void> {
    await driver.leaveUnrecorded();
    await driver.disconnect();
    await this.#leaveDirectly({ driver, identity });
    await driver.close();
  }

  /** A participant whose connection or page has closed leaves its meeting, if a call can do this. */
  async #leaveDirectly({
    driver,
    identity,
  }: Member<ProtocolParticipant | BrowserParticipant>): Promise<void> {
    if (this.contract.operations.get('meeting.leave')?.over !== 'http') return;
    const user = await this.#sideUser(identity.userId, identity);
    await user.leave(driver.meetingId);
    await user.close();
  }

  /** The users who are still in the meeting. A service that only sees the connection end may need a short time. */
  async #leftIn(meetingId: string): Promise<string[] | undefined> {
    const { clock } = this.#options;
    const { detectionMs = USUAL_DETECTION_MS, operations } = this.contract;
    const withinMs = operations.get('meeting.leave')?.over === 'http' ? 0 : detectionMs;
    const left = async () => {
      const state = await this.serviceState(meetingId).catch(() => undefined);
      return state?.roster?.map(({ userId }) => userId).filter((userId) => userId !== this.hostId);
    };
    return askUntil(left, (ids) => !ids?.length, { withinMs, everyMs: LOOK_AGAIN_MS, clock });
  }

  #sideUser(name: string, identity?: Identity): Promise<SideUser> {
    const { serviceUrl: url, socketUrl, access, timeoutMs } = this.#options;
    return SideUser.open({ access, name, url, socketUrl, timeoutMs, ...(identity ? { identity } : {}) });
  }
}
