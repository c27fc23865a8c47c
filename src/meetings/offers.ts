import type { RosterSource } from './contract/contract.ts';

/** Within this time, a service that answers also delivers the room event. */
export const EVENT_WITHIN_MS = 1500;

/**
 * The offers of a service beside its calls. Undefined: not known, because the search ended earlier.
 * Null or false: the service was tested and does not offer it.
 */
export interface Offers {
  /** The answer that contains the participants of a meeting. */
  readonly roster?: RosterSource | null;
  readonly hand?: boolean;
  /** Whether `meeting.get` answers only participants of the meeting. */
  readonly isForMembers?: boolean;
  /** Whether the user who creates a meeting is a participant of it from then on. */
  readonly hostTakesPart?: boolean;
  /** Whether `/` is a web page. */
  readonly page?: boolean;
  /** Whether a participant can connect by Socket.IO; otherwise why not. */
  readonly sockets?: true | string;
  /** The mistake and its fix, if the address of Socket.IO does not speak Socket.IO. */
  readonly wrongSocketAddress?: string;
  /** Whether the others in a room get an event of a raised hand. */
  readonly events?: boolean;
  readonly metrics?: { readonly firstBucketMs: number | null; readonly processes: number } | null;
  /** Whether a token with a wrong signature is refused. */
  readonly verifiesTokens?: { readonly http?: boolean; readonly sockets?: boolean };
  readonly rateLimitHeaders?: boolean;
  /** The announced seconds after which the service closes an idle connection; null without an announcement. */
  readonly keepAliveS?: number | null;
  /** Why the search ended early; later facts are not known. */
  readonly ended?: string;
}

/** One phrase for each fact that a reader must know before the figures. */
export function describeOffers(offers: Offers): string[] {
  const lines: (string | undefined)[] = [
    known(offers.roster, (source) => (source === null ? 'no roster' : `the roster in ${source}`)),
    known(offers.hand, (is) => (is ? 'raised hands' : 'no raised hands')),
    known(offers.sockets, (how) => (how === true ? undefined : `no Socket.IO connection (${how})`)),
    known(offers.events, (arrive) =>
      arrive ? 'room events' : `no room event within ${EVENT_WITHIN_MS / 1000} s of a raised hand`,
    ),
    known(offers.page, (is) => (is ? 'a web page' : 'no web page')),
    known(offers.metrics, describeMetrics),
    known(offers.rateLimitHeaders, (are) => (are ? 'rate-limit headers' : 'no rate-limit headers')),
    known(offers.keepAliveS, (s) => (s === null ? undefined : `idle connections kept for ${s} s`)),
    offers.verifiesTokens?.http === false ? 'HTTP accepts a forged token' : undefined,
    offers.verifiesTokens?.sockets === false ? 'sockets accept a forged token' : undefined,
    known(offers.ended, (why) => `not examined further (${why})`),
  ];
  return lines.filter((line) => line !== undefined);
}

function known<Value>(
  value: Value | undefined,
  describe: (value: Value) => string | undefined,
): string | undefined {
  return value === undefined ? undefined : describe(value);
}

function describeMetrics(metrics: Exclude<Offers['metrics'], undefined>): string {
  if (metrics === null) return 'no /metrics';
  const { firstBucketMs, processes } = metrics;
  const from = firstBucketMs === null ? 'without durations' : `with durations from ${firstBucketMs} ms`;
  return processes > 1 ? `/metrics of ${processes} processes` : `/metrics ${from}`;
}
