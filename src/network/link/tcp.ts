import type { PathImpairment } from '../impairment.ts';

/**
 * The part of TCP that makes packet loss visible to an application.
 *
 * Modelled: segments of 1460 bytes; every transmission, also a repeated one, is lost or not; a retransmission timeout
 * per segment that doubles each time; fast retransmission one round trip after the third later segment got through;
 * delivery in order; SYN and SYN-ACK with their own timeouts.
 *
 * Not modelled: congestion windows (loss costs delay, and throughput only through it), lost ACKs, which later ones
 * make good, tail loss probes, and giving up on an open connection (Linux: after about 15 minutes).
 */

/** Ethernet's 1500 bytes without the headers of IPv4 and TCP. */
export const SEGMENT_BYTES = 1460;

/** Three later segments that got through show the sender that one is missing (RFC 5681). */
export const DUPLICATE_ACKS = 3;

const LEAST_RTO_VARIANCE_MS = 200;
export const LONGEST_RTO_MS = 120_000;

/** Linux: tcp_syn_retries 6 and tcp_synack_retries 5 at an initial timeout of 1 s (RFC 6298), doubling. */
const SYN_AT_MS: readonly number[] = [0, 1000, 3000, 7000, 15_000, 31_000, 63_000];
const SYN_ACK_AGAIN_MS: readonly number[] = [1000, 3000, 7000, 15_000, 31_000];
/** Then connect() fails with ETIMEDOUT. */
export const CONNECT_TIMEOUT_MS = 127_000;

export function roundTripMs({ up, down, rttMs }: PathImpairment): number {
  return rttMs ?? (up?.latencyMs ?? 0) + (down?.latencyMs ?? 0);
}

/**
 * The first retransmission timeout as Linux has it once the connection is warm: srtt + max(200 ms, 4 · rttvar), where
 * rttvar is the mean deviation of the round trip. That of a uniform ± j is j / 2.
 */
export function retransmissionTimeoutMs(impairment: PathImpairment): number {
  const deviation = ((impairment.up?.jitterMs ?? 0) + (impairment.down?.jitterMs ?? 0)) / 2;
  return Math.min(LONGEST_RTO_MS, roundTripMs(impairment) + Math.max(LEAST_RTO_VARIANCE_MS, 4 * deviation));
}

/**
 * How much later than without loss a connection is established, in ms; undefined when connect() gives up. The client
 * repeats its SYN; the service answers each one that arrives, and repeats its answer by itself too.
 */
export function handshakeDelayMs(losesSyn: () => boolean, losesSynAck: () => boolean): number | undefined {
  const arrivals = SYN_AT_MS.filter(() => !losesSyn());
  const first = arrivals[0];
  if (first === undefined) return undefined;
  const answers = [...arrivals, ...SYN_ACK_AGAIN_MS.map((ms) => first + ms)].sort((a, b) => a - b);
  return answers.find((at) => at < CONNECT_TIMEOUT_MS && !losesSynAck());
}
