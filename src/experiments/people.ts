import { type ReconnectPolicy, socketIoDefaults } from '../checks/backoff.ts';
import type { Ledger } from '../checks/ledger.ts';
import type { Clock } from '../kernel/clock.ts';
import { UserError } from '../kernel/errors.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import { MEETINGS, type Meeting } from '../meetings/contract.ts';
import { identity } from '../meetings/identity.ts';
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
}

const READS_PER_USER = 50;

/** The participants of one experiment and the meetings that they attend, seen from a host on the direct path. */
export class People {
  readonly #options: PeopleOptions;
  readonly #witnesses: Witness[] = [];
  readonly #groups: People[] = [];
  readonly #meetings: string[] = [];
  #host: Promise<RequestContext> | undefined;
  #number = 0;
  #reads = 0;

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
    const opened = await Promise.all(
      Array.from({ length: count }, async () => {
        this.#number += 1;
        const number = this.#number;
        return Witness.open({
          ...shared,
          identity: identity(`${prefix}-${number}`, jwtSecret),
          meetingId,
          url: url ? await url(number) : serviceUrl,
          policy,
          ...(wrap ? { wrap: (context: RequestContext) => wrap(number, context) } : {}),
        });
      }),
    );
    this.#witnesses.push(...opened);
    return opened;
  }

  /** What the service itself says of the meeting now; it goes into the ledger. */
  async serviceState(meetingId: string) {
    const response = await (await this.#asHost()).get(`${MEETINGS}/${meetingId}`, {
      headers: this.#asReader(),
    });
    if (!response.ok())
      throw new Error(`the service answers ${response.status()} when asked for the meeting`);
    const { data } = (await response.json()) as { data: Meeting };
    const state = stateOf(data, data.participants ?? []);
    this.#options.ledger.add({ who: this.hostId, type: 'state', source: 'service', state });
    return state;
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

  /** Everybody goes, the host last; what fails on the way out changes nothing any more. */
  async close(): Promise<void> {
    await Promise.all(this.#groups.map((group) => group.close()));
    await Promise.allSettled(this.#witnesses.map((witness) => witness.close()));
    const host = await this.#asHost();
    await Promise.allSettled(this.#meetings.map((id) => host.post(`${MEETINGS}/${id}/leave`)));
    await host.dispose();
  }

  /** Somebody new every now and then: the contract grants a user 60 reads a minute. */
  #asReader(): { authorization: string } {
    const { prefix, jwtSecret } = this.#options;
    const reader = Math.floor(this.#reads++ / READS_PER_USER);
    return { authorization: `Bearer ${identity(`${prefix}-r${reader}`, jwtSecret).token}` };
  }

  #asHost(): Promise<RequestContext> {
    const { serviceUrl, jwtSecret, timeoutMs } = this.#options;
    this.#host ??= openRequestContext('wire', {
      baseURL: serviceUrl,
      extraHTTPHeaders: { authorization: `Bearer ${identity(this.hostId, jwtSecret).token}` },
      timeoutMs,
    });
    return this.#host;
  }
}
