import type { Clock } from '../kernel/clock.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import { causeOfError, outcomeOfError } from '../request-context/failure.ts';
import type { RequestContext } from '../request-context/request-context.ts';
import { type Outcome, outcomeOfStatus } from '../timings/outcome.ts';
import type { Timings } from '../timings/timings.ts';
import {
  type Joined,
  MEETINGS,
  type Meeting,
  type NetworkAdvice,
  type NetworkQuality,
  type NewMeeting,
  type Resumed,
} from './contract.ts';

/** How a call ended. It never throws: what happens to a participant is recorded, and the journey decides. */
export interface Answer<Data> {
  readonly outcome: Outcome;
  /** The `data` of a successful answer. */
  readonly data?: Data;
  /** When a rate-limited user may come back, as the service says it. */
  readonly retryAfter?: string;
  /** When the call was sent and when its answer was complete, in ms of the clock. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** All that a client needs of a request context. */
export type Caller = Pick<RequestContext, 'fetch'>;

type Response = Awaited<ReturnType<RequestContext['fetch']>>;
type Body = { success?: unknown; status?: unknown; error?: unknown; data?: never };

const isSuccess = (body: Body | undefined) => body?.success === true;
const isHealthy = (body: Body | undefined) => body?.status === 'ok';

/** The HTTP side of the service for one participant; every call is recorded as one operation. */
export class MeetingsApi {
  readonly #context: Caller;
  readonly #timings: Timings;
  readonly #clock: Clock;

  constructor(context: Caller, timings: Timings, clock: Clock) {
    this.#context = context;
    this.#timings = timings;
    this.#clock = clock;
  }

  health(): Promise<Answer<never>> {
    return this.#call('health.get', 'GET', '/health', undefined, undefined, isHealthy);
  }

  create(meeting: NewMeeting): Promise<Answer<Meeting>> {
    return this.#call('meeting.create', 'POST', MEETINGS, meeting, undefined);
  }

  /** The newest `limit` meetings, of all hosts or of one. */
  list(limit: number, hostId?: string): Promise<Answer<readonly Meeting[]>> {
    const ofHost = hostId === undefined ? '' : `&hostId=${encodeURIComponent(hostId)}`;
    return this.#call('meeting.list', 'GET', `${MEETINGS}?limit=${limit}${ofHost}`, undefined, undefined);
  }

  join(meetingId: string, intendedAt?: number): Promise<Answer<Joined>> {
    return this.#call('meeting.join', 'POST', `${MEETINGS}/${meetingId}/join`, {}, intendedAt);
  }

  get(meetingId: string, intendedAt?: number): Promise<Answer<Meeting>> {
    return this.#call('meeting.get', 'GET', `${MEETINGS}/${meetingId}`, undefined, intendedAt);
  }

  raiseHand(meetingId: string, intendedAt?: number): Promise<Answer<unknown>> {
    return this.#call('hand.raise', 'POST', `${MEETINGS}/${meetingId}/hand/raise`, {}, intendedAt);
  }

  lowerHand(meetingId: string, intendedAt?: number): Promise<Answer<unknown>> {
    return this.#call('hand.lower', 'POST', `${MEETINGS}/${meetingId}/hand/lower`, {}, intendedAt);
  }

  reportNetwork(
    meetingId: string,
    seen: NetworkQuality,
    intendedAt?: number,
  ): Promise<Answer<NetworkAdvice>> {
    return this.#call('network.report', 'POST', `${MEETINGS}/${meetingId}/network/quality`, seen, intendedAt);
  }

  leave(meetingId: string, intendedAt?: number): Promise<Answer<unknown>> {
    return this.#call('meeting.leave', 'POST', `${MEETINGS}/${meetingId}/leave`, {}, intendedAt);
  }

  /** The full state to resume from, for somebody whose connection was gone. */
  reconnect(meetingId: string, intendedAt?: number): Promise<Answer<Resumed>> {
    return this.#call('meeting.reconnect', 'POST', `${MEETINGS}/${meetingId}/reconnect`, {}, intendedAt);
  }

  /** The measured path: the latency ends when the whole body is here, before it is parsed. */
  async #call<Data>(
    operation: string,
    method: string,
    path: string,
    data: object | undefined,
    intendedAt: number | undefined,
    isAsAgreed = isSuccess,
  ): Promise<Answer<Data>> {
    const timings = this.#timings.operation(operation);
    const startedAt = this.#clock.now();
    let response: Response;
    let endedAt: number;
    try {
      response = await this.#context.fetch(path, { method, data });
      endedAt = this.#clock.now();
    } catch (error) {
      endedAt = this.#clock.now();
      const outcome = outcomeOfError(error);
      timings.record(outcome, startedAt, endedAt, intendedAt);
      timings.failure(outcome, causeOfError(error), String(error));
      return { outcome, startedAt, endedAt };
    }
    let outcome = outcomeOfStatus(response.status());
    let answer: Body | undefined;
    if (outcome === 'ok') {
      answer = await parse(response);
      if (!isAsAgreed(answer)) outcome = 'invalid';
    }
    timings.record(outcome, startedAt, endedAt, intendedAt);
    if (outcome !== 'ok') timings.failure(outcome, await causeOf(response, outcome), await textOf(response));
    if (outcome === 'ok') return { outcome, data: answer?.data, startedAt, endedAt };
    const retryAfter = outcome === 'rate limited' ? response.headers()['retry-after'] : undefined;
    return { outcome, startedAt, endedAt, ...(retryAfter === undefined ? {} : { retryAfter }) };
  }
}

/**
 * Undefined for what is not JSON, such as a proxy's HTML page. The content type is not asked: reading the headers
 * costs more than the parser takes to notice.
 */
async function parse(response: Response): Promise<Body | undefined> {
  try {
    return (await response.json()) as Body;
  } catch {
    return undefined;
  }
}

async function causeOf(response: Response, outcome: Outcome): Promise<string> {
  if (outcome === 'invalid') return `${response.status()} with an answer that is not the contract's`;
  const error = (await parse(response))?.error;
  return typeof error === 'string'
    ? `${response.status()} ${withoutSecrets(error).slice(0, 60)}`
    : `${response.status()}`;
}

async function textOf(response: Response): Promise<string> {
  const text = await response.text().catch(() => '');
  return `${response.status()} ${text}`.trim().slice(0, 300);
}
