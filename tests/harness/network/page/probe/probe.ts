import type { Page } from '@playwright/test';
import type { ThrottlingCall } from '../../../../../src/network/page/page-network.ts';
import { goOffline, throttle } from '../../../../../src/network/page/throttle.ts';
import { probeCall } from './call.ts';
import { type ProbeService, startProbeService } from './service.ts';

export interface ProbeRow {
  /** `fetch`, `WebSocket connect`, `WebRTC audio up` … */
  readonly what: string;
  readonly condition: string;
  /** The value without the condition; null without a comparison. */
  readonly before: number | null;
  /** The value under the condition; null if nothing arrived. */
  readonly measured: number | null;
  readonly unit: 'ms' | 'kB/s' | '%' | '';
  readonly finding: string;
  /** Whether the condition had its effect; null if it could not be measured. */
  readonly impaired: boolean | null;
}

export interface BrowserProbe {
  readonly browser: string;
  /** The call that this browser supports. */
  readonly call: ThrottlingCall;
  readonly rows: readonly ProbeRow[];
}

const LATENCY_MS = 200;
/** 100 kB/s for one second. */
const KBPS = 800;
const BYTES = 100_000;

/**
 * Measures the real effect of throttling in the browser of this page: on requests, WebSockets and WebRTC. It loads a
 * small service on loopback, so give it a separate page. Takes about 15 seconds.
 */
export async function probeBrowser(page: Page): Promise<BrowserProbe> {
  await using service = await startProbeService();
  const beside = await page.context().newPage();
  try {
    await openProbe(page, service);
    const plain = await measure(page);
    const rows = [
      ...(await probeLatency(page, plain)),
      ...(await probeRates(page, plain)),
      ...(await probeOffline(page)),
      ...(await probeCall(page, async () => {
        await openProbe(page, service);
        await openProbe(beside, service);
        return beside;
      })),
    ];
    return { browser: page.context().browser()?.version() ?? 'unknown', call: await callOf(page), rows };
  } finally {
    await beside.close();
  }
}

async function openProbe(page: Page, { baseURL }: ProbeService): Promise<void> {
  await page.goto(baseURL);
  await page.addScriptTag({ url: '/probe.js', type: 'module' });
  await page.waitForFunction('globalThis.probe !== undefined');
}

async function callOf(page: Page): Promise<ThrottlingCall> {
  await using condition = await throttle(page, {});
  return (await condition.achieved()).call;
}

/** The minimum of several measurements, because a busy machine only makes them longer. */
interface Figures {
  readonly fetchMs: number;
  readonly connectMs: number | null;
  readonly echoMs: number | null;
}

async function measure(page: Page): Promise<Figures> {
  const fetches = await page.evaluate<number[]>('probe.fetchLatencies(5)');
  const connectMs = await page.evaluate<number | null>('probe.connect()');
  const echoes = connectMs === null ? null : await page.evaluate<number[] | null>('probe.echoes(5)');
  return { fetchMs: Math.min(...fetches), connectMs, echoMs: echoes && Math.min(...echoes) };
}

async function probeLatency(page: Page, plain: Figures): Promise<ProbeRow[]> {
  await using _ = await throttle(page, { latencyMs: LATENCY_MS });
  const seen = await measure(page);
  const row = (what: string, before: number | null, measured: number | null): ProbeRow => {
    const added = before === null || measured === null ? null : measured - before;
    const finding = added === null ? 'no answer' : `+${Math.max(0, Math.round(added))} ms`;
    const impaired = added === null ? null : added >= LATENCY_MS * 0.75;
    return { what, condition: `latency ${LATENCY_MS} ms`, before, measured, unit: 'ms', finding, impaired };
  };
  return [
    row('fetch', plain.fetchMs, seen.fetchMs),
    row('WebSocket connect', plain.connectMs, seen.connectMs),
    row('WebSocket frames, there and back', plain.echoMs, seen.echoMs),
  ];
}

const RATES = [
  ['fetch down', 'fetchRate'],
  ['fetch up', 'uploadRate'],
  ['WebSocket frames down', 'socketDownRate'],
  ['WebSocket frames up', 'socketUpRate'],
] as const;

async function probeRates(page: Page, { connectMs }: Figures): Promise<ProbeRow[]> {
  const read = async () => {
    if (connectMs !== null) await page.evaluate('probe.connect()');
    const rates: (number | null)[] = [];
    for (const [, method] of RATES) {
      const isSocket = method.startsWith('socket');
      rates.push(
        isSocket && connectMs === null
          ? null
          : await page.evaluate<number | null>(`probe.${method}(${BYTES})`),
      );
    }
    return rates;
  };
  const before = await read();
  await using _ = await throttle(page, { downKbps: KBPS, upKbps: KBPS });
  const measured = await read();
  return RATES.map(([what], index) => {
    const rate = measured[index] ?? null;
    return {
      what,
      condition: `${KBPS / 8} kB/s both ways`,
      before: before[index] ?? null,
      measured: rate,
      unit: 'kB/s',
      finding: rate === null ? 'no answer' : `${Math.round(rate)} kB/s`,
      // A burst at the start is allowed, but twice the limit shows that the rate is not limited.
      impaired: rate === null ? null : rate < (2 * KBPS) / 8,
    };
  });
}

async function probeOffline(page: Page): Promise<ProbeRow[]> {
  const isConnected = (await page.evaluate<number | null>('probe.connect()')) !== null;
  const seen = await (async () => {
    await using _ = await goOffline(page);
    return {
      fetchFails: await page.evaluate<boolean>('probe.fetchFails()'),
      online: await page.evaluate<boolean>('navigator.onLine'),
      echoes: isConnected ? await page.evaluate<number[] | null>('probe.echoes(1)') : null,
      closed: await page.evaluate<number | undefined>('probe.closed'),
      connects: (await page.evaluate<number | null>('probe.connect()')) !== null,
    };
  })();
  const back = await fetchesAgain(page);
  const row = (what: string, finding: string, impaired: boolean | null): ProbeRow => ({
    what,
    condition: 'offline',
    before: null,
    measured: null,
    unit: '',
    finding,
    impaired,
  });
  const socket =
    seen.closed !== undefined ? 'closes' : seen.echoes === null ? 'stays open and silent' : 'goes on';
  return [
    row('fetch', seen.fetchFails ? 'fails' : 'works', seen.fetchFails),
    row('navigator.onLine', String(seen.online), !seen.online),
    row(
      'WebSocket that is open',
      isConnected ? socket : 'not measured',
      isConnected ? socket !== 'goes on' : null,
    ),
    row('WebSocket connect', seen.connects ? 'works' : 'fails', !seen.connects),
    row('fetch, when it is over', back ? 'works' : 'fails', back),
  ];
}

/** The network process of the browser ends the condition a moment after the call has returned. */
const BACK_WITHIN_MS = 10_000;

async function fetchesAgain(page: Page): Promise<boolean> {
  const deadline = performance.now() + BACK_WITHIN_MS;
  while (await page.evaluate<boolean>('probe.fetchFails()')) {
    if (performance.now() > deadline) return false;
  }
  return true;
}

/** The probe as cells of text, with a header row, for a table in any format. */
export function probeTable({ rows }: BrowserProbe): string[][] {
  const cell = (value: number | null, unit: string) =>
    value === null ? '' : `${Math.round(value)} ${unit}`.trim();
  return [
    ['what', 'condition', 'without', 'found', 'impaired'],
    ...rows.map(({ what, condition, before, unit, finding, impaired }) => [
      what,
      condition,
      cell(before, unit),
      finding,
      impaired === null ? 'unknown' : impaired ? 'yes' : 'no',
    ]),
  ];
}
