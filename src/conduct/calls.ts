import { withoutSecrets } from '../kernel/secrets.ts';
import type { Access } from '../meetings/access.ts';
import type { HttpOperation } from '../meetings/contract/operation.ts';
import { withQuery } from '../meetings/meetings-client.ts';
import { openRequestContext } from '../request-context/open.ts';
import type { RequestContext } from '../request-context/request-context.ts';
import { type Exchange, excerpt, exchangeOf } from './exchange.ts';
import { Unanswered } from './no-answer.ts';
import type { User } from './users.ts';

/** The parts of a call. */
export interface Call {
  /** The user whose credentials are sent. A call without a user has no credentials. */
  readonly user?: User | undefined;
  /** The operation whose rules read the answer. */
  readonly operation?: HttpOperation | undefined;
  readonly meetingId?: string | undefined;
  /** The body, which is sent as JSON. */
  readonly body?: unknown;
  /** The body as text, which is sent without a change, with the content type `type` (default: JSON). */
  readonly raw?: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly remark?: string | undefined;
  /** Whether a 429 is an answer like any other. */
  readonly mayBeLimited?: boolean | undefined;
}

export interface CallsOptions {
  readonly serviceUrl: string;
  readonly access: Access;
  /** The timeout of one answer. */
  readonly timeoutMs: number;
}

/** The HTTP calls of one question. No client of the harness changes them. */
export class Calls {
  readonly #options: CallsOptions;
  /** Each user has a separate context, because a service may set cookies. */
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
      // The question judges a redirect like any answer.
      maxRedirects: 0,
      headers: {
        ...user?.identity.headers,
        ...(body === undefined ? {} : { 'content-type': call.type ?? 'application/json' }),
        ...call.headers,
      },
      // Playwright sends a buffer without a change, but it would encode a text that is not JSON as JSON.
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
