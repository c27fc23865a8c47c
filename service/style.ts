import type { FastifyInstance } from 'fastify';
import type { Identify } from './auth.ts';
import type { ServiceError } from './errors.ts';
import type { Deliver } from './meetings/events.ts';
import { deployed } from './style/deployed.ts';

/** How a failure is answered. */
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

/** Fine enough at the low end to tell 1 ms from 2.5 ms. */
const FINE_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const reference: Style = {
  keepAliveMs: 72_000,
  latencyBucketsS: FINE_BUCKETS_S,
  hasPages: true,
  styleAnswers: () => undefined,
  styleEvents: (deliver) => deliver,
  identifyOverHttp: (_app, strict) => strict,
  refuse: (_error, clean) => ({ status: clean.status, body: clean.toReply() }),
  // Plain text, as deployed services of this kind answer; clients must not expect JSON here.
  tooManyRequests: ({ message }) => ({ type: 'text/plain; charset=utf-8', text: message }),
};

/** `deployed` behaves as deployed services were observed to; docs/reference-service.md lists the differences. */
export const styles = { reference, deployed } satisfies Record<string, Style>;

export type StyleName = keyof typeof styles;

export const styleNames = Object.keys(styles) as StyleName[];
