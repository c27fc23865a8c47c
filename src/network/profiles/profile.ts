import type { Impairment, Loss, PathImpairment } from '../impairment.ts';

/** The numbers of a kind of line. A name like "3G" is not enough: public tools use it for six different lines. */
export interface NetworkProfile {
  /** The name of its file. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** To the participant; unlimited when absent. */
  readonly downKbps?: number;
  /** From the participant; unlimited when absent. */
  readonly upKbps?: number;
  readonly rttMs: number;
  /** The largest deviation of the latency, in each direction. */
  readonly jitterMs: number;
  /** In each direction. */
  readonly loss?: Loss;
  readonly source: { readonly name: string; readonly what: string };
}

/** The impairment with which the link imitates this line. */
export function toLink(profile: NetworkProfile): PathImpairment {
  return { up: direction(profile, profile.upKbps), down: direction(profile, profile.downKbps) };
}

function direction({ rttMs, jitterMs, loss }: NetworkProfile, kbps: number | undefined): Impairment {
  return {
    latencyMs: rttMs / 2,
    jitterMs,
    ...(kbps === undefined ? {} : { bandwidthKbps: kbps }),
    ...(loss === undefined ? {} : { loss }),
  };
}

/** One sentence: `wpt-3g-slow: 780 kbit/s down, 330 kbit/s up, round trip 200 ms (WebPageTest, …).` */
export function describeProfile({ name, source, ...line }: NetworkProfile): string {
  const parts = [
    rates(line),
    line.rttMs > 0 ? `round trip ${number(line.rttMs)} ms` : undefined,
    line.jitterMs > 0 ? `jitter ±${number(line.jitterMs)} ms each way` : undefined,
    line.loss && lost(line.loss),
  ];
  return `${name}: ${parts.filter((part) => part !== undefined).join(', ')} (${source.name}, ${source.what}).`;
}

function rates({ downKbps, upKbps }: Pick<NetworkProfile, 'downKbps' | 'upKbps'>): string {
  if (downKbps === undefined && upKbps === undefined) return 'rate unlimited';
  if (downKbps === upKbps) return `${rate(downKbps)} both ways`;
  return `${rate(downKbps)} down, ${rate(upKbps)} up`;
}

function rate(kbps: number | undefined): string {
  if (kbps === undefined) return 'unlimited';
  return kbps >= 1000 ? `${number(kbps / 1000)} Mbit/s` : `${number(kbps)} kbit/s`;
}

function lost(loss: Loss): string {
  return loss.model === 'bernoulli'
    ? `${number(loss.percent)}% of packets lost each way`
    : `${number(loss.lossPercent)}% of packets lost each way in bursts of ${number(loss.meanBurst)}`;
}

function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}
