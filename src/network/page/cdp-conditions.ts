import type { NetworkProfile } from '../profiles/profile.ts';

/** The throttling of a page by Chromium, in the units of the harness. An absent field changes nothing. */
export interface CdpConditions {
  /** Added to each HTTP answer, to each WebSocket connect, and to each WebRTC packet each way. */
  readonly latencyMs?: number;
  /** The rate to the page, in kbps. */
  readonly downKbps?: number;
  /** The rate from the page, in kbps. */
  readonly upKbps?: number;
  /** Whether the page has no network. */
  readonly offline?: boolean;
  /** Loss of WebRTC packets each way. It does not change HTTP and WebSocket. */
  readonly packetLossPercent?: number;
}

/**
 * Chromium throttles requests, not packets, but a request over a real line also needs handshakes and the slow start of TCP.
 * DevTools corrects for that by factors. These are the factors of its presets, by round trip.
 */
const DEVTOOLS: readonly { rttMs: number; latency: number; rate: number }[] = [
  { rttMs: 60, latency: 2.75, rate: 0.9 },
  { rttMs: 150, latency: 3.75, rate: 0.9 },
  { rttMs: 400, latency: 5, rate: 0.8 },
];

/**
 * Converts a profile to Chromium's throttling. With `devtools`, a page loads about as fast as over the real line, and
 * chrome-3g equals the preset of that name. With `none`, the numbers of the profile are used: WebRTC needs them, because
 * Chromium delays each of its packets.
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

/** Interpolates between two presets. Below the first and above the last preset, its factors apply. */
function factorAt(rttMs: number): { latency: number; rate: number } {
  const above = DEVTOOLS.findIndex((preset) => preset.rttMs >= rttMs);
  if (above === 0) return DEVTOOLS[0]!;
  if (above < 0) return DEVTOOLS.at(-1)!;
  const [low, high] = [DEVTOOLS[above - 1]!, DEVTOOLS[above]!];
  const part = (rttMs - low.rttMs) / (high.rttMs - low.rttMs);
  const mix = (a: number, b: number) => a + part * (b - a);
  return { latency: mix(low.latency, high.latency), rate: mix(low.rate, high.rate) };
}

/** The worst of each value, for conditions that overlap. */
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

/** Converts to the units of CDP: ms, bytes per second with -1 for unlimited, percent. */
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
