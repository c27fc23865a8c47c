import type { NetworkProfile } from '../profiles/profile.ts';

/** What Chromium does to a page, in the harness's units. An absent field changes nothing. */
export interface CdpConditions {
  /** Added before each request's answer, to a WebSocket's connect, and to each WebRTC packet each way. */
  readonly latencyMs?: number;
  readonly downKbps?: number;
  readonly upKbps?: number;
  readonly offline?: boolean;
  /** Loss of WebRTC packets each way. It does not change HTTP and WebSocket. */
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
 * A profile's line as Chromium's throttling imitates it. With `devtools`, a page loads about as fast as over the real
 * line, and chrome-3g is the preset of that name. With `none`, the line's own numbers are used: WebRTC needs them,
 * because Chromium delays its packets one by one.
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

/** Interpolates between two presets; below the first and above the last, their factors apply. */
function factorAt(rttMs: number): { latency: number; rate: number } {
  const above = DEVTOOLS.findIndex((preset) => preset.rttMs >= rttMs);
  if (above === 0) return DEVTOOLS[0]!;
  if (above < 0) return DEVTOOLS.at(-1)!;
  const [low, high] = [DEVTOOLS[above - 1]!, DEVTOOLS[above]!];
  const part = (rttMs - low.rttMs) / (high.rttMs - low.rttMs);
  const mix = (a: number, b: number) => a + part * (b - a);
  return { latency: mix(low.latency, high.latency), rate: mix(low.rate, high.rate) };
}

/** The worse of each value, where several conditions meet. */
export function worstOf(all: readonly CdpConditions[]): CdpConditions {
  const worst = (name: Exclude<keyof CdpConditions, 'offline'>, worse: typeof Math.max) => {
    const values = all.flatMap((one) => one[name] ?? []);
    return values.length === 0 ? {} : { [name]: worse(...values) };
  };
  const offline = all.flatMap((one) => one.offline ?? []);
  return {
    ...(offline.length === 0 ? {} : { offline: offline.some(Boolean) }),
    ...worst('latencyMs', Math.max),
    ...worst('downKbps', Math.min),
    ...worst('upKbps', Math.min),
    ...worst('packetLossPercent', Math.max),
  };
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

export function describeConditions({
  offline,
  latencyMs,
  downKbps,
  upKbps,
  packetLossPercent,
  ...others
}: CdpConditions): string {
  others satisfies Record<string, never>;
  const parts: string[] = [];
  if (offline) parts.push('offline');
  if (latencyMs !== undefined) parts.push(`latency ${round(latencyMs)} ms`);
  if (downKbps !== undefined) parts.push(`${round(downKbps)} kbit/s down`);
  if (upKbps !== undefined) parts.push(`${round(upKbps)} kbit/s up`);
  if (packetLossPercent !== undefined)
    parts.push(`${round(packetLossPercent)}% of WebRTC packets lost each way`);
  return parts.join(', ') || 'nothing';
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
