import { setTimeout as pause } from 'node:timers/promises';
import type { Finding } from '../checks/check.ts';
import type { Ledger } from '../checks/ledger.ts';
import { type AchievedLoss, achievedLoss } from '../network/achieved.ts';
import { loseWebRtcPackets } from '../network/page/index.ts';
import type { RoomNetwork } from '../participants/room-page.ts';
import type { Probe } from './experiment.ts';
import type { Visitor } from './visitor.ts';

/** The page looks at the last 5 s, once a second, and reports every 5 s: then all it looks at was under the loss. */
const WINDOW_MS = 6000;
/** For a report after that; at high loss the line itself may have to be made again. */
const REPORTED_WITHIN_MS = 30_000;
const ASK_EVERY_MS = 250;

type Reported = RoomNetwork & Required<Pick<RoomNetwork, 'report' | 'advice'>>;

/** What one level of loss on the media path came to: in the packets, in the report, in the advice, on the page. */
export class MediaLevel {
  readonly percent: number;
  /** Of the packets to the page, as its statistics count them. */
  readonly achieved: AchievedLoss;
  readonly #network: Reported | undefined;
  readonly #shown: { audioOnly: boolean; bitrate: string };

  private constructor(
    percent: number,
    achieved: AchievedLoss,
    network: Reported | undefined,
    shown: { audioOnly: boolean; bitrate: string },
  ) {
    this.percent = percent;
    this.achieved = achieved;
    this.#network = network;
    this.#shown = shown;
  }

  /** Loses packets of the visitor's page until it has reported what it measured under that loss, then no more. */
  static async suffer(visitor: Visitor, percent: number, ledger: Ledger): Promise<MediaLevel> {
    await using condition = await loseWebRtcPackets(visitor.page, { percent });
    const network = await reportedAfter(visitor, WINDOW_MS);
    const shown = await visitor.room.advised();
    if (network) {
      const { quality, rtt, packetLoss, bandwidth } = network.report;
      ledger.invoke(visitor.userId, 'report', { quality, rtt, packetLoss, bandwidth })('ok', network.advice);
    }
    const { loss } = await condition.achieved();
    return new MediaLevel(percent, loss, network, shown);
  }

  /** Whether it says anything: not where the line broke before enough packets had come, and nothing speaks against it. */
  get isTold(): boolean {
    const verdicts = this.findings.map(({ verdict }) => verdict);
    return verdicts.includes('failed') || !verdicts.includes('unknown');
  }

  get findings(): Finding[] {
    const { achieved, percent } = this;
    const [low, high] = achieved.intervalPercent.map((bound) => bound.toFixed(1));
    const real: Finding = {
      check: `the fault was real: ${percent} % of WebRTC packets lost`,
      verdict: achieved.agrees ? 'passed' : 'unknown',
      says: `achieved ${achieved.percent?.toFixed(1) ?? '–'} %, ${achieved.lost} of ${achieved.of}; 99.9 % interval ${low} to ${high} %`,
      evidence: [],
    };
    return [real, this.#isReported(), this.#isShown()];
  }

  /** The page reports the loss that it had in all that time, within what its last few seconds of packets can tell. */
  #isReported(): Finding {
    const check = `at ${this.percent} % the page reports what it suffers`;
    if (!this.#network)
      return {
        check,
        verdict: 'failed',
        says: `no report within ${REPORTED_WITHIN_MS / 1000} s`,
        evidence: [],
      };
    const { packets, report } = this.#network;
    const of = packets.lost + packets.received;
    const suffered = this.achieved.percent;
    // Anything would lie in the interval of none.
    if (of === 0 || suffered === null)
      return { check, verdict: 'unknown', says: 'no packets to tell by', evidence: [] };
    const [low, high] = achievedLoss(suffered, Math.round((of * suffered) / 100), of).intervalPercent;
    const isTrue = report.packetLoss >= low && report.packetLoss <= high;
    return {
      check,
      verdict: isTrue ? 'passed' : 'failed',
      says: `${report.packetLoss} % (${report.quality}), 99.9 % of ${of} packets lie from ${low.toFixed(1)} to ${high.toFixed(1)} %`,
      evidence: [],
    };
  }

  /** The page shows what was advised, and nothing else. */
  #isShown(): Finding {
    const check = `at ${this.percent} % the page shows what was advised`;
    if (!this.#network) return { check, verdict: 'unknown', says: 'nothing was advised', evidence: [] };
    const {
      enableAudioPriority = false,
      recommendedBitrate = 0,
      packetLossAcceptable,
    } = this.#network.advice;
    const { audioOnly, bitrate } = this.#shown;
    const isShown = audioOnly === enableAudioPriority && bitrate.startsWith(`${recommendedBitrate} `);
    return {
      check,
      verdict: isShown ? 'passed' : 'failed',
      says: `audio ${audioOnly ? 'only' : 'and all else'}, ${bitrate}; the loss is ${packetLossAcceptable ? '' : 'not '}acceptable`,
      evidence: isShown ? [] : [`advised: audio first ${enableAudioPriority}, ${recommendedBitrate} kbps`],
    };
  }

  get row(): string[] {
    const { report, advice } = this.#network ?? {};
    return [
      `${this.percent} %`,
      `${this.achieved.percent?.toFixed(1) ?? '–'} %`,
      report ? `${report.packetLoss} %` : '–',
      report?.quality ?? '–',
      advice ? `${advice.recommendedBitrate} kbps` : '–',
      advice ? (advice.packetLossAcceptable ? 'yes' : 'no') : '–',
      this.#shown.audioOnly ? 'yes' : 'no',
    ];
  }
}

export function mediaRows(levels: readonly MediaLevel[]): string[][] {
  const head = ['set', 'achieved', 'reported', 'quality', 'bitrate', 'acceptable', 'audio only'];
  return [head, ...levels.map(({ row }) => row)];
}

/** Sound flows to every page. */
export function mediaFlows(visitors: readonly Visitor[]): Probe {
  return {
    name: 'sound flows to every page',
    tolerance: 'packets come, and none is missing',
    async ask() {
      const states = await Promise.all(visitors.map(({ room }) => room.network()));
      const ok = states.every((state) => state?.source === 'media' && state.packets.received > 100);
      return { ok, value: states.map((state) => state?.packets ?? null) };
    },
  };
}

/** The first report that the page made so long after now; undefined when none came in time. */
async function reportedAfter(visitor: Visitor, windowMs: number): Promise<Reported | undefined> {
  const from = (await visitor.page.evaluate(() => performance.now())) + windowMs;
  const deadline = performance.now() + windowMs + REPORTED_WITHIN_MS;
  while (performance.now() < deadline) {
    const network = await visitor.room.network();
    if (network?.report && network.advice && network.report.atMs >= from) return network as Reported;
    await pause(ASK_EVERY_MS);
  }
  return undefined;
}
