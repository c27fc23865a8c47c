import type { Style } from './style.ts';

/** The low buckets distinguish 1 ms from 2.5 ms. */
const FINE_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const reference: Style = {
  keepAliveMs: 72_000,
  latencyBucketsS: FINE_BUCKETS_S,
  hasPages: true,
  styleAnswers: () => undefined,
  styleEvents: (deliver) => deliver,
  identifyOverHttp: (_app, strict) => strict,
  refuse: (_error, clean) => ({ status: clean.status, body: clean.toReply() }),
  // Plain text, like deployed services, so that clients do not expect JSON here.
  tooManyRequests: ({ message }) => ({ type: 'text/plain; charset=utf-8', text: message }),
};
