import type { Page } from '@playwright/test';
import { achievedLoss } from '../../../../../src/network/achieved.ts';
import { throttle } from '../../../../../src/network/page/throttle.ts';
import { armWebRtc, loseWebRtcPackets } from '../../../../../src/network/page/webrtc-loss.ts';
import type { ProbeRow } from './probe.ts';

const LOSS_PERCENT = 30;
const LATENCY_MS = 100;
const MESSAGES = 300;

interface Heard {
  lost: number;
  received: number;
  messages: number;
  rttMs: number | null;
}

/** A call between an impaired and an unimpaired page, so that each direction is impaired once. */
export async function probeCall(page: Page, prepare: () => Promise<Page>): Promise<ProbeRow[]> {
  const early = await inCall(page, prepare, true);
  const late = await inCall(page, prepare, false);
  return [...early, ...late];
}

async function inCall(page: Page, prepare: () => Promise<Page>, armed: boolean): Promise<ProbeRow[]> {
  const beside = await prepare();
  const arming = armed ? await armWebRtc(page) : undefined;
  try {
    return await rowsOfCall(page, beside, armed ? '' : ', set after it was opened');
  } finally {
    await Promise.all([page, beside].map((end) => end.evaluate('probe.hangUp()')));
    await arming?.undo();
  }
}

async function rowsOfCall(page: Page, beside: Page, when: string): Promise<ProbeRow[]> {
  if (!(await connect(page, beside))) {
    return [unmeasured(`WebRTC${when}`, 'two pages cannot reach each other here')];
  }
  const plain = await exchange(page, beside);
  const lossy = await loseWebRtcPackets(page, { percent: LOSS_PERCENT });
  const seen = await exchange(page, beside).finally(lossy.undo);
  const slow = await throttle(page, { latencyMs: LATENCY_MS });
  const rttMs = await settledRtt(page, plain.rttMs).finally(slow.undo);
  return [
    lossRow(`WebRTC audio up${when}`, plain.audioUp, seen.audioUp),
    lossRow(`WebRTC audio down${when}`, plain.audioDown, seen.audioDown),
    lossRow(`WebRTC data up${when}`, plain.dataUp, seen.dataUp),
    lossRow(`WebRTC data down${when}`, plain.dataDown, seen.dataDown),
    {
      what: `WebRTC round trip${when}`,
      condition: `latency ${LATENCY_MS} ms`,
      before: plain.rttMs,
      measured: rttMs,
      unit: 'ms',
      finding: rttMs === null ? 'not told' : `${Math.round(rttMs)} ms`,
      impaired: rttMs === null ? null : rttMs >= LATENCY_MS,
    },
  ];
}

async function connect(page: Page, beside: Page): Promise<boolean> {
  const offer = await page.evaluate<unknown>('probe.offer()');
  const answer = await beside.evaluate<unknown>(`probe.answer(${JSON.stringify(offer)})`);
  await page.evaluate(`probe.accept(${JSON.stringify(answer)})`);
  const flows = await Promise.all([page, beside].map((end) => end.evaluate<boolean>('probe.flows()')));
  return flows.every((flowing) => flowing);
}

type Share = readonly [lost: number, of: number];

async function exchange(page: Page, beside: Page) {
  const listen = () => Promise.all([page, beside].map((end) => end.evaluate<Heard>('probe.heard()')));
  const [pageBefore, besideBefore] = await listen();
  await Promise.all([page, beside].map((end) => end.evaluate(`probe.say(${MESSAGES})`)));
  const [pageAfter, besideAfter] = await listen();
  const audio = (before: Heard, after: Heard): Share => {
    const lost = Math.max(0, after.lost - before.lost);
    return [lost, lost + after.received - before.received];
  };
  const data = (before: Heard, after: Heard): Share => [
    Math.max(0, MESSAGES - (after.messages - before.messages)),
    MESSAGES,
  ];
  return {
    audioUp: audio(besideBefore!, besideAfter!),
    audioDown: audio(pageBefore!, pageAfter!),
    dataUp: data(besideBefore!, besideAfter!),
    dataDown: data(pageBefore!, pageAfter!),
    rttMs: pageAfter!.rttMs,
  };
}

/** Waits until the browser has measured a round trip with the latency. */
async function settledRtt(page: Page, before: number | null): Promise<number | null> {
  const until = performance.now() + 6000;
  let rttMs = before;
  while (performance.now() < until && (rttMs ?? 0) < LATENCY_MS) {
    await page.evaluate('probe.say(20)');
    rttMs = (await page.evaluate<Heard>('probe.heard()')).rttMs;
  }
  return rttMs;
}

function lossRow(what: string, [lostBefore, ofBefore]: Share, [lost, of]: Share): ProbeRow {
  const { percent } = achievedLoss(LOSS_PERCENT, lost, of);
  return {
    what,
    condition: `${LOSS_PERCENT} % of packets lost`,
    before: achievedLoss(0, lostBefore, ofBefore).percent,
    measured: percent,
    unit: '%',
    finding: percent === null ? 'nothing was sent' : `${Math.round(percent)} % lost (${lost} of ${of})`,
    // Half of the set loss is far above the loss of an unimpaired line, and far below the set loss.
    impaired: percent === null ? null : percent >= LOSS_PERCENT / 2,
  };
}

function unmeasured(what: string, finding: string): ProbeRow {
  return { what, condition: '', before: null, measured: null, unit: '', finding, impaired: null };
}
