import type { Clock } from '../kernel/clock.ts';
import { UserError } from '../kernel/errors.ts';
import type { Access } from '../meetings/access.ts';
import type { Answer } from '../meetings/answer.ts';
import { idOf } from '../meetings/contract/operation.ts';
import type { Identity } from '../meetings/identities/identity.ts';
import type { CallOptions, MeetingsClient } from '../meetings/meetings-client.ts';
import { meetingIn } from '../meetings/new-meeting.ts';
import type { Outcome } from '../timings/outcome.ts';
import { Timings } from '../timings/timings.ts';

/** The outcome of a call whose connection broke before the answer. */
const BROKEN: Outcome = 'reset';
/** The limit of repeats after a broken connection. A service that keeps breaking connections is not measured. */
const MOST_REPEATS = 2;
/** The number of a host's newest meetings that are searched; a host has fewer. */
const LOOKED_THROUGH = 50;

export interface CallingUser {
  readonly identity: Identity;
  /** Calls the service as this user, and records in `timings`. */
  client(timings: Timings): MeetingsClient;
}

/**
 * The calls that prepare a benchmark. They are not measured, so a call with a broken connection is repeated on another
 * connection: a service may close an idle connection just when it is used again.
 */
export class PreparingCalls {
  readonly timings: Timings;
  readonly #access: Access;
  readonly #clock: Clock;

  constructor(access: Access, clock: Clock) {
    this.#access = access;
    this.#clock = clock;
    this.timings = new Timings(clock.now());
  }

  /** @param what completes "it could not …" @throws {UserError} if the call fails */
  async must(what: string, user: CallingUser, operation: string, options: CallOptions): Promise<Answer> {
    const call = () => user.client(this.timings).call(operation, options);
    let answer = await call();
    for (let repeat = 0; repeat < MOST_REPEATS && answer.outcome === BROKEN; repeat++) answer = await call();
    if (answer.outcome !== 'ok') throw this.failed(what, answer.outcome);
    return answer;
  }

  /** Creates a meeting and returns its id. If the answer is lost, the meeting may exist, so it is searched by its title. */
  async createMeeting(host: CallingUser, title: string, capacity: number): Promise<string> {
    for (let repeat = 0; ; repeat++) {
      const input = { title, capacity };
      const created = await host.client(this.timings).call('meeting.create', { input });
      const id =
        created.outcome === BROKEN ? await this.#find(host, title) : meetingIn(this.#access, created);
      if (id !== undefined) return id;
      if (created.outcome !== BROKEN || repeat === MOST_REPEATS)
        throw this.failed('create a meeting', created.outcome);
    }
  }

  async #find(host: CallingUser, title: string): Promise<string | undefined> {
    const { meetings } = this.#access.contract.operations.get('meeting.list')?.reads ?? {};
    if (!meetings?.title) return undefined;
    const input = { limit: LOOKED_THROUGH, host: host.identity.userId };
    const { values } = await host.client(this.timings).call('meeting.list', { input });
    const known = values ? meetings.list(values) : undefined;
    if (!Array.isArray(known)) return undefined;
    const item: unknown = known.find((one: unknown) => meetings.title!({ ...values, item: one }) === title);
    return item === undefined ? undefined : idOf(meetings.id({ ...values, item }));
  }

  failed(what: string, outcome: string): UserError {
    const causes = Object.values(this.timings.encode(this.#clock.now()).operations)
      .flatMap((operation) => operation.causes)
      .map(({ samples }) => samples[0]);
    const because = [outcome, ...causes].join(': ');
    return new UserError(`The benchmark could not be prepared: it could not ${what} (${because}).`);
  }
}
