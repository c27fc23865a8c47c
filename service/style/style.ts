import type { FastifyInstance } from 'fastify';
import type { Identify } from '../auth.ts';
import type { ServiceError } from '../errors.ts';
import type { Deliver } from '../meetings/events.ts';

/** The answer to a failure. */
export type Refusal = { status: number; body: object };

/** The differences between services that keep the contract. */
export type Style = {
  /** The service closes an HTTP connection that was idle for this long. */
  keepAliveMs: number;
  /** Upper bounds of the histogram of request durations. */
  latencyBucketsS: readonly number[];
  /** Whether the service has the room page and the OpenAPI description. */
  hasPages: boolean;
  /** Changes what the API accepts in paths and what it answers. Call it before the routes are registered. */
  styleAnswers(app: FastifyInstance): void;
  /** Changes the room events. */
  styleEvents(deliver: Deliver): Deliver;
  /** Identifies the user of an HTTP call; sockets always use `strict`. `app.jwt` verifies tokens. */
  identifyOverHttp(app: FastifyInstance, strict: Identify): Identify;
  /** Answers `error`; `clean` is the answer of the reference style. */
  refuse(error: Error, clean: ServiceError): Refusal;
  /** Answers a call over the rate limit. */
  tooManyRequests(error: Error): { type: string; text: string };
};
