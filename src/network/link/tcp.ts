import type { PathImpairment } from '../impairment.ts';

/**
 * The part of TCP that makes packet loss visible to an application.
 *
 * Modelled: segments of 1460 bytes; every transmission, also a repeated one, is lost or not; a retransmission timeout
 * per segment that doubles each time; fast retransmission one round trip after the third later segment got through;
 * delivery in order; SYN and SYN-ACK with their own timeouts.
 *
 * Not modelled: congestion windows (loss reduces throughput only by its delays), lost ACKs (later ACKs replace them), tail
 * loss probes, and the end of an open connection after many losses (Linux: after about 15 minutes).
 */

/** The 1500 bytes of an Ethernet frame without the headers of IPv4 and TCP. */
export const SEGMENT_BYTES = 1460;

/** Three later segments that got through show the sender that one is missing (RFC 5681). */
export const DUPLICATE_ACKS = 3;

const LEAST_RTO_VARIANCE_MS = 200;
export const LONGEST_RTO_MS = 120_000;

/** Linux: tcp_syn_retries 6 and tcp_synack_retries 5 at an initial timeout of 1 s (RFC 6298), doubling. */
const SYN_AT_MS: readonly number[] = [0, 1000, 3000, 7000, 15_000, 31_000, 63_000];
const SYN_ACK_AGAIN_MS: readonly number[] = [1000, 3000, 7000, 15_000, 31_000];
/** After this time, connect() fails with ETIMEDOUT. */
export const CONNECT_TIMEOUT_MS = 127_000;

export function roundTripMs({ up, down }: PathImpairment): number {
  return (up?.latencyMs ?? 0) + (down?.latencyMs ?? 0);
}

/**
 * The first retransmission timeout of a warm connection on Linux: srtt + max(200 ms, 4 · rttvar), where rttvar is the mean
 * deviation of the round trip. The mean deviation of a uniform ± j is j / 2.
 */
export function retransmissionTimeoutMs(impairment: PathImpairment): number {
  const deviation = ((impairment.up?.jitterMs ?? 0) + (impairment.down?.jitterMs ?? 0)) / 2;
  return Math.min(LONGEST_RTO_MS, roundTripMs(impairment) + Math.max(LEAST_RTO_VARIANCE_MS, 4 * deviation));
}

/**
 * The delay of a new connection that is caused by loss, in ms; undefined when connect() gives up. The client repeats its
 * SYN; the service answers each SYN that arrives, and also repeats its answer by itself.
 */
export function handshakeDelayMs(losesSyn: () => boolean, losesSynAck: () => boolean): number | undefined {
  const arrivals = SYN_AT_MS.filter(() => !losesSyn());
  const first = arrivals[0];
  if (first === undefined) return undefined;
  const answers = [...arrivals, ...SYN_ACK_AGAIN_MS.map((ms) => first + ms)].sort((a, b) => a - b);
  return answers.find((at) => at < CONNECT_TIMEOUT_MS && !losesSynAck());
}
