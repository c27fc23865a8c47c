import { setTimeout as pause } from 'node:timers/promises';
import { type Finding, found, proof } from '../checks/check.ts';
import type { Ledger } from '../checks/ledger.ts';
import { type AchievedLoss, achievedLoss } from '../network/achieved.ts';
import { loseWebRtcPackets } from '../network/page/webrtc-loss.ts';
import type { RoomNetwork } from '../participants/room-page.ts';
import type { Probe } from './steady-state.ts';
import type { Visitor } from './visitor.ts';

/**
 * The page looks at the last 5 s, once a second, and reports every 5 s: then everything that it reads was under the
 * loss.
 */
const WINDOW_MS = 6000;
/** For a report after that; at high loss the line itself may have to be made again. */
const REPORTED_WITHIN_MS = 30_000;
const ASK_EVERY_MS = 500;
/**
 * Sound has 50 packets a second: at 80 % loss a second without any is chance once in 70 000 times, or a line that
 * broke.
 */
const SILENCE_MS = 1000;
/**
 * A page hears of the way from it by RTCP, of a time that Chromium draws from half to one and a half of 5 s (libwebrtc,
 * rtcp_sender.cc): that may stand on half as many packets as came in the page's own 5 s.
 */
const LEAST_SHARE = 0.5;

type Reported = RoomNetwork & Required<Pick<RoomNetwork, 'report' | 'advice'>>;

/** The observations during the loss. */
export interface Suffered {
  readonly percent: number;
  /** Of the packets to the page, as its statistics count them. */
  readonly achieved: AchievedLoss;
  /** The longest time in which no packet came, and at least so long. */
  readonly silentMs: number;
  /** The measurement that the page reported; undefined if it did not report in time. */
  readonly network: Reported | undefined;
  readonly shown: { readonly audioOnly: boolean; readonly bitrate: string };
}

/** The effect of one level of loss on the media path: in the packets, in the report, in the advice, on the page. */
export class MediaLevel {
  readonly #suffered: Suffered;

  constructor(suffered: Suffered) {
    this.#suffered = suffered;
  }

  /** Loses packets of the visitor's page until it has reported its measurement under that loss. */
  static async suffer(visitor: Visitor, percent: number, ledger: Ledger): Promise<MediaLevel> {
    await using condition = await loseWebRtcPackets(visitor.page, { percent });
    const silence = new Silence();
    const network = await reportedAfter(visitor, WINDOW_MS, async () => {
      const { lost, of } = (await condition.achieved()).loss;
      silence.add(of - lost, performance.now());
    });
    const shown = await visitor.room.advised();
    if (network) {
      const { quality, rtt, packetLoss, bandwidth } = network.report;
      const value = { quality, rtt, packetLoss, bandwidth };
      ledger.invoke({ who: visitor.userId, op: 'network.report', value })('ok', network.advice);
    }
    const { loss } = await condition.achieved();
    return new MediaLevel({ percent, achieved: loss, silentMs: silence.longestMs, network, shown });
  }

  get percent(): number {
    return this.#suffered.percent;
  }

  /**
   * Whether the level is valid: it is not if the line broke before enough packets came and there is no evidence
   * against the service.
   */
  get isConclusive(): boolean {
    const verdicts = this.findings.map(({ verdict }) => verdict);
    return verdicts.includes('failed') || !verdicts.includes('inconclusive');
  }

  get findings(): Finding[] {
    const { achieved, percent } = this.#suffered;
    const [low, high] = achieved.intervalPercent.map((bound) => bound.toFixed(1));
    const message = `achieved ${achieved.percent?.toFixed(1) ?? '–'} %, ${achieved.lost} of ${achieved.of}; 99.9 % interval ${low} to ${high} %`;
    const real = proof(`the fault was real: ${percent} % of WebRTC packets lost`, achieved.agrees, message);
    return [real, this.#isReported(), this.#isShown()];
  }

  /** The page reports the loss that it had in all that time, within what the packets it looks at can tell. */
  #isReported(): Finding {
    const { achieved, network, percent, silentMs } = this.#suffered;
    const check = `at ${percent} % the page reports what it suffers`;
    if (!network) return found(check, false, `no report within ${REPORTED_WITHIN_MS / 1000} s`);
    const { packets, report } = network;
    const reported = `${report.packetLoss} % (${report.quality})`;
    if (report.packetLoss === 100 && silentMs >= SILENCE_MS)
      return found(check, true, `${reported}, and nothing came for ${(silentMs / 1000).toFixed(1)} s`);
    const of = Math.round((packets.lost + packets.received) * LEAST_SHARE);
    // The interval of zero packets would contain every value.
    if (of === 0 || achieved.percent === null) return proof(check, false, 'no packets to tell by');
    const lost = Math.round((of * achieved.percent) / 100);
    const [low, high] = achievedLoss(achieved.percent, lost, of).intervalPercent;
    const isTrue = report.packetLoss >= low && report.packetLoss <= high;
    return found(
      check,
      isTrue,
      `${reported}, 99.9 % of ${of} packets lie from ${low.toFixed(1)} to ${high.toFixed(1)} %`,
    );
  }

  /** The page shows the advice, and nothing else. */
  #isShown(): Finding {
    const { network, percent, shown } = this.#suffered;
    const check = `at ${percent} % the page shows what was advised`;
    if (!network) return proof(check, false, 'nothing was advised');
    const { enableAudioPriority = false, recommendedBitrate = 0, packetLossAcceptable } = network.advice;
    const { audioOnly, bitrate } = shown;
    const isShown = audioOnly === enableAudioPriority && bitrate.startsWith(`${recommendedBitrate} `);
    const audio = `audio ${audioOnly ? 'only' : 'and all else'}, ${bitrate}`;
    const message = `${audio}; the loss is ${packetLossAcceptable ? '' : 'not '}acceptable`;
    const advised = [`advised: audio first ${enableAudioPriority}, ${recommendedBitrate} kbps`];
    return found(check, isShown, message, isShown ? [] : advised);
  }

  get row(): string[] {
    const { achieved, network, percent, shown } = this.#suffered;
    const { report, advice } = network ?? {};
    return [
      `${percent} %`,
      `${achieved.percent?.toFixed(1) ?? '–'} %`,
      report ? `${report.packetLoss} %` : '–',
      report?.quality ?? '–',
      advice ? `${advice.recommendedBitrate} kbps` : '–',
      advice ? (advice.packetLossAcceptable ? 'yes' : 'no') : '–',
      shown.audioOnly ? 'yes' : 'no',
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
      const value = await Promise.all(
        visitors.map(async ({ room }) => {
          const network = await room.network();
          return { source: network?.source, packets: network?.packets, message: await room.audioWords() };
        }),
      );
      const ok = value.every(({ source, packets }) => source === 'media' && packets!.received > 100);
      return { ok, value };
    },
  };
}

/** Of readings of a count that only grows, the longest time in which it stood still. */
class Silence {
  longestMs = 0;
  #count: number | undefined;
  #sinceMs = 0;

  add(count: number, nowMs: number) {
    if (count !== this.#count) {
      this.#count = count;
      this.#sinceMs = nowMs;
    }
    this.longestMs = Math.max(this.longestMs, nowMs - this.#sinceMs);
  }
}

/** The first report that the page made so long after now; undefined when none came in time. Looks on meanwhile. */
async function reportedAfter(
  visitor: Visitor,
  windowMs: number,
  look: () => Promise<void>,
): Promise<Reported | undefined> {
  const from = (await visitor.page.evaluate(() => performance.now())) + windowMs;
  const deadline = performance.now() + windowMs + REPORTED_WITHIN_MS;
  while (performance.now() < deadline) {
    const [network] = await Promise.all([visitor.room.network(), look()]);
    if (network?.report && network.advice && network.report.atMs >= from) return network as Reported;
    await pause(ASK_EVERY_MS);
  }
  return undefined;
}
