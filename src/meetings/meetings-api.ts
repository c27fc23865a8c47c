import type { Clock } from '../kernel/clock.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import { causeOfError, outcomeOfError } from '../request-context/failure.ts';
import type { RequestContext } from '../request-context/request-context.ts';
import { type Outcome, outcomeOfStatus } from '../timings/outcome.ts';
import type { Timings } from '../timings/timings.ts';
import type { NetworkQuality, NewMeeting } from './contract.ts';
import {
  type AnswerTo,
  type HttpName,
  type HttpOperation,
  httpOperations,
  type SentWith,
} from './operations.ts';

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
type Body = { success?: unknown; status?: unknown; error?: unknown; message?: unknown; data?: unknown };

/** What goes with a call beside its operation. */
export interface CallOptions<Sent> {
  readonly meetingId?: string;
  readonly body?: Sent;
  /** Begins with `?`. */
  readonly query?: string;
  /** When a schedule or a pause wanted the call to start, in ms of the clock. */
  readonly intendedAt?: number | undefined;
}

/** The HTTP side of the service for one participant; every call is recorded as one operation. */
export class MeetingsApi {
  readonly #context: Caller;
  readonly #timings: Timings;
  readonly #clock: Clock;
  readonly #userId: string;

  constructor(context: Caller, timings: Timings, clock: Clock, userId: string) {
    this.#context = context;
    this.#timings = timings;
    this.#clock = clock;
    this.#userId = userId;
  }

  health() {
    return this.call('health.get', {});
  }

  create(meeting: NewMeeting) {
    return this.call('meeting.create', { body: meeting });
  }

  /** The newest `limit` meetings, of all hosts or of one. */
  list(limit: number, hostId?: string) {
    const ofHost = hostId === undefined ? '' : `&hostId=${encodeURIComponent(hostId)}`;
    return this.call('meeting.list', { query: `?limit=${limit}${ofHost}` });
  }

  join(meetingId: string, intendedAt?: number) {
    return this.call('meeting.join', { meetingId, body: NOTHING, intendedAt });
  }

  get(meetingId: string, intendedAt?: number) {
    return this.call('meeting.get', { meetingId, intendedAt });
  }

  raiseHand(meetingId: string, intendedAt?: number) {
    return this.call('hand.raise', { meetingId, body: NOTHING, intendedAt });
  }

  lowerHand(meetingId: string, intendedAt?: number) {
    return this.call('hand.lower', { meetingId, body: NOTHING, intendedAt });
  }

  reportNetwork(meetingId: string, seen: NetworkQuality, intendedAt?: number) {
    return this.call('network.report', { meetingId, body: seen, intendedAt });
  }

  leave(meetingId: string, intendedAt?: number) {
    return this.call('meeting.leave', { meetingId, body: NOTHING, intendedAt });
  }

  /** The full state to resume from, for a participant whose connection was gone. */
  reconnect(meetingId: string, intendedAt?: number) {
    return this.call('meeting.reconnect', { meetingId, body: NOTHING, intendedAt });
  }

  /** The measured path: the latency ends when the whole body is here, before it is parsed. */
  async call<Name extends HttpName>(
    name: Name,
    { meetingId = '', body, query = '', intendedAt }: CallOptions<SentWith<Name>>,
  ): Promise<Answer<AnswerTo<Name>>> {
    const operation: HttpOperation = httpOperations[name];
    const timings = this.#timings.operation(name);
    const path = operation.address(meetingId) + query;
    const startedAt = this.#clock.now();
    let response: Response;
    let endedAt: number;
    try {
      response = await this.#context.fetch(path, {
        method: operation.method,
        data: body as object | undefined,
      });
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
    let wrong: string | undefined;
    if (outcome === 'ok') {
      answer = await parse(response);
      wrong = wrongIn(answer, operation, meetingId, this.#userId);
      if (wrong !== undefined) outcome = 'invalid';
    }
    timings.record(outcome, startedAt, endedAt, intendedAt);
    if (outcome === 'ok') return { outcome, data: answer?.data as AnswerTo<Name>, startedAt, endedAt };
    const cause = wrong === undefined ? await causeOf(response) : `${response.status()} ${wrong}`;
    timings.failure(outcome, cause, await textOf(response));
    const retryAfter = outcome === 'rate limited' ? response.headers()['retry-after'] : undefined;
    return { outcome, startedAt, endedAt, ...(retryAfter === undefined ? {} : { retryAfter }) };
  }
}

/** Many services refuse a POST without a body. */
const NOTHING = {};

/** What is wrong with the answer to a call that succeeded by its status. */
function wrongIn(
  answer: Body | undefined,
  operation: HttpOperation,
  meetingId: string,
  userId: string,
): string | undefined {
  if (operation === httpOperations['health.get']) return answer?.status === 'ok' ? undefined : NOT_AGREED;
  if (answer?.success !== true) return NOT_AGREED;
  return operation.wrong?.(answer.data, meetingId, userId);
}

const NOT_AGREED = "with an answer that is not the contract's";

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

const LONGEST_CAUSE = 60;

/**
 * Status and the service's own code or words, the same for all failures of one kind: `403 MEETING_FULL`,
 * `500 "Deadlock found when trying to get lock"`. Ids and numbers in its words differ from call to call.
 */
async function causeOf(response: Response): Promise<string> {
  const status = String(response.status());
  const answer = await parse(response);
  const { error, message } = answer ?? {};
  const code = typeof error === 'string' && /^[A-Z][A-Z0-9_]*$/.test(error) ? error : undefined;
  if (code !== undefined && !/^(?:INTERNAL|UNKNOWN|SERVER)/.test(code))
    return `${status} ${code.slice(0, LONGEST_CAUSE)}`;
  const said = [message, error].find((one) => typeof one === 'string' && one !== code);
  const words = typeof said === 'string' ? said : answer === undefined ? await plainText(response) : '';
  if (words === '' || status === '429') return code === undefined ? status : `${status} ${code}`;
  return `${status} ${code === undefined ? '' : `${code} `}"${normalised(words)}"`;
}

function normalised(words: string): string {
  return withoutSecrets(words)
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, '…')
    .replace(/\d+/g, 'N')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST_CAUSE);
}

/** The page of a proxy says nothing that a table of causes could show. */
async function plainText(response: Response): Promise<string> {
  const text = await response.text().catch(() => '');
  return text.trimStart().startsWith('<') ? '' : text.split('\n', 1)[0]!;
}

async function textOf(response: Response): Promise<string> {
  const text = await response.text().catch(() => '');
  return `${response.status()} ${text}`.trim().slice(0, 300);
}
