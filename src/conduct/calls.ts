import { withoutSecrets } from '../kernel/secrets.ts';
import type { Access } from '../meetings/access.ts';
import type { HttpOperation } from '../meetings/contract/operation.ts';
import { openRequestContext } from '../request-context/open.ts';
import type { RequestContext } from '../request-context/request-context.ts';
import { type Exchange, excerpt, exchangeOf } from './exchange.ts';
import { Unanswered } from './no-answer.ts';
import type { User } from './users.ts';

/** A call as it is sent. */
export interface Call {
  /** Whose credentials go with it; without a user, no credentials do. */
  readonly user?: User | undefined;
  /** Whose answer it is. */
  readonly operation?: HttpOperation | undefined;
  readonly meetingId?: string | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, as JSON or as another type. */
  readonly raw?: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly remark?: string | undefined;
  /** The question is about rate limits: a 429 is an answer like any other. */
  readonly mayBeLimited?: boolean | undefined;
}

export interface CallsOptions {
  readonly serviceUrl: string;
  readonly access: Access;
  /** For one answer. */
  readonly timeoutMs: number;
}

/** The HTTP calls of one question. They are sent as they are: no client of ours changes them. */
export class Calls {
  readonly #options: CallsOptions;
  /** Each user has its own: a service may set cookies. */
  readonly #contexts = new Map<User | undefined, Promise<RequestContext>>();

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  /** @throws {Unanswered} for a 429 */
  async send(method: string, path: string, call: Call = {}): Promise<Exchange> {
    const { user, remark, operation, meetingId = '' } = call;
    const body = call.raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
    const context = await this.#contextOf(user);
    const response = await context.fetch(withQuery(path, user?.identity.query ?? ''), {
      method,
      // A redirect is an answer, too.
      maxRedirects: 0,
      headers: {
        ...user?.identity.headers,
        ...(body === undefined ? {} : { 'content-type': call.type ?? 'application/json' }),
        ...call.headers,
      },
      // A buffer is sent as it is; a text that is not JSON would be changed into JSON.
      ...(body === undefined ? {} : { data: Buffer.from(body) }),
    });
    const env = this.#options.access.contract.environment;
    const exchange = exchangeOf(
      { method, path, body, remark },
      { status: response.status(), headers: response.headers(), text: await response.text() },
      { operation, known: { user: user?.identity.userId, meeting: meetingId, env } },
    );
    if (this.isLimited(exchange) && !call.mayBeLimited)
      throw new Unanswered(
        `the service answered ${method} ${excerpt(withoutSecrets(path), 80)} with ${exchange.status} (rate limited)`,
      );
    return exchange;
  }

  isLimited({ status, values }: Exchange): boolean {
    return status === 429 || this.#options.access.contract.rateLimited?.(values) === true;
  }

  /** Closes all connections. */
  async end(): Promise<void> {
    await Promise.all([...this.#contexts.values()].map(async (context) => (await context).dispose()));
  }

  #contextOf(user: User | undefined): Promise<RequestContext> {
    const { serviceUrl: baseURL, timeoutMs } = this.#options;
    const context =
      this.#contexts.get(user) ?? openRequestContext('wire', { baseURL, timeoutMs, connections: 4 });
    this.#contexts.set(user, context);
    return context;
  }
}

function withQuery(path: string, query: string): string {
  if (query === '') return path;
  return path.includes('?') ? `${path}&${query.slice(1)}` : path + query;
}
