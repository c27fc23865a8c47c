import type { NetworkProfile } from '../profiles/index.ts';

/** What Chromium is asked to do to a page, in the harness's units. What is absent is left alone. */
export interface CdpConditions {
  /** Added before each request's answer, to a WebSocket's connect, and to each WebRTC packet each way. */
  readonly latencyMs?: number;
  readonly downKbps?: number;
  readonly upKbps?: number;
  readonly offline?: boolean;
  /** Of WebRTC packets each way. HTTP and WebSocket never notice. */
  readonly packetLossPercent?: number;
}

/**
 * Chromium throttles requests, not packets: a request over a real line also pays for handshakes and for TCP's slow
 * start. DevTools makes up for that by factors, and these are the ones of its presets, by their round trip.
 */
const DEVTOOLS: readonly { rttMs: number; latency: number; rate: number }[] = [
  { rttMs: 60, latency: 2.75, rate: 0.9 },
  { rttMs: 150, latency: 3.75, rate: 0.9 },
  { rttMs: 400, latency: 5, rate: 0.8 },
];

/**
 * A profile's line as Chromium's throttling imitates it. With `devtools` a page loads about as fast as over the
 * real line, and chrome-3g is the preset of that name; with `none` the line's own numbers are used, which is what
 * WebRTC needs, because its packets are delayed one by one.
 */
export function cdpConditions(
  { rttMs, downKbps, upKbps, loss }: NetworkProfile,
  correction: 'devtools' | 'none' = 'devtools',
): CdpConditions {
  const factor = correction === 'none' ? { latency: 1, rate: 1 } : factorAt(rttMs);
  const percent = loss?.model === 'bernoulli' ? loss.percent : loss?.lossPercent;
  return {
    latencyMs: rttMs * factor.latency,
    ...(downKbps === undefined ? {} : { downKbps: downKbps * factor.rate }),
    ...(upKbps === undefined ? {} : { upKbps: upKbps * factor.rate }),
    ...(percent === undefined ? {} : { packetLossPercent: percent }),
  };
}

/** Between two presets their factors are mixed in proportion; beyond the outer ones theirs apply. */
function factorAt(rttMs: number): { latency: number; rate: number } {
  const above = DEVTOOLS.findIndex((preset) => preset.rttMs >= rttMs);
  if (above === 0) return DEVTOOLS[0]!;
  if (above < 0) return DEVTOOLS.at(-1)!;
  const [low, high] = [DEVTOOLS[above - 1]!, DEVTOOLS[above]!];
  const part = (rttMs - low.rttMs) / (high.rttMs - low.rttMs);
  const mix = (a: number, b: number) => a + part * (b - a);
  return { latency: mix(low.latency, high.latency), rate: mix(low.rate, high.rate) };
}

/** For each condition: the worse of two values, and its words; none where there is nothing to say. */
interface Kind<Value> {
  worse(one: Value, other: Value): Value;
  says(value: Value): string[];
}

/** In the order in which they are written. A condition that is not here does not compile. */
const kinds: { readonly [Name in keyof CdpConditions]-?: Kind<NonNullable<CdpConditions[Name]>> } = {
  offline: {
    worse: (one, other) => one || other,
    says: (isOffline) => (isOffline ? ['offline'] : []),
  },
  latencyMs: { worse: Math.max, says: (ms) => [`latency ${round(ms)} ms`] },
  downKbps: { worse: Math.min, says: (kbps) => [`${round(kbps)} kbit/s down`] },
  upKbps: { worse: Math.min, says: (kbps) => [`${round(kbps)} kbit/s up`] },
  packetLossPercent: {
    worse: Math.max,
    says: (percent) => [`${round(percent)} % of WebRTC packets lost each way`],
  },
};

const kindsByName = Object.entries(kinds) as [keyof CdpConditions, Kind<unknown>][];

/** The worse of each value, where several conditions meet. */
export function worstOf(all: readonly CdpConditions[]): CdpConditions {
  return Object.fromEntries(
    kindsByName.flatMap(([name, { worse }]) => {
      const values = all.flatMap((one) => one[name] ?? []);
      return values.length === 0
        ? []
        : [[name, values.reduce<unknown>((one, other) => worse(one, other), values[0])]];
    }),
  );
}

/** In the protocol's units: ms, bytes per second with -1 for unlimited, percent. */
export function toCdp({
  latencyMs = 0,
  downKbps,
  upKbps,
  packetLossPercent = 0,
  offline = false,
  ...others
}: CdpConditions) {
  others satisfies Record<string, never>;
  return {
    latency: latencyMs,
    downloadThroughput: bytesPerSecond(downKbps),
    uploadThroughput: bytesPerSecond(upKbps),
    packetLoss: packetLossPercent,
    offline,
  };
}

function bytesPerSecond(kbps: number | undefined): number {
  return kbps === undefined ? -1 : (kbps * 1000) / 8;
}

export function describeConditions(conditions: CdpConditions): string {
  const said = kindsByName.flatMap(([name, { says }]) => {
    const value = conditions[name];
    return value === undefined ? [] : says(value);
  });
  return said.length === 0 ? 'nothing' : said.join(', ');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
