import { setTimeout as pause } from 'node:timers/promises';
import { type Finding, found, proof } from '../checks/check.ts';
import type { Ledger } from '../checks/ledger.ts';
import { type AchievedLoss, achievedLoss } from '../network/achieved.ts';
import { loseWebRtcPackets } from '../network/page/webrtc-loss.ts';
import type { RecordedPage } from '../participants/recorded-page.ts';
import type { RoomNetwork } from '../participants/room-page.ts';
import { lossIsReal } from './page-checks.ts';
import type { Probe } from './steady-state.ts';

/**
 * Every second, the page reads its statistics of the last 5 s, and every 5 s it reports. After this time, everything
 * that it reads was under the loss.
 */
const WINDOW_MS = 6000;
/** The time for a report after the window. At high loss, the page may have to open the audio connection again. */
const REPORTED_WITHIN_MS = 30_000;
const ASK_EVERY_MS = 500;
/**
 * Sound has 50 packets a second. At 80% loss, a second without a packet has a chance of 1 in 70,000: the audio connection
 * is probably broken.
 */
const SILENCE_MS = 1000;
/**
 * A page learns the loss of its sent packets by RTCP. Chromium chooses the RTCP interval at random from 2.5 s to 7.5 s
 * (libwebrtc, rtcp_sender.cc), so the report may count only half of the packets of the page's own 5 s.
 */
const LEAST_SHARE = 0.5;

type Reported = RoomNetwork & Required<Pick<RoomNetwork, 'report' | 'advice'>>;

/** The observations during the loss. */
export interface Suffered {
  readonly percent: number;
  /** The loss of the packets to the page, by its own statistics. */
  readonly achieved: AchievedLoss;
  /** The longest time without a packet, as a lower bound. */
  readonly silentMs: number;
  /** The measurement that the page reported; undefined if it did not report in time. */
  readonly network: Reported | undefined;
  readonly shown: { readonly audioOnly: boolean; readonly bitrate: string };
}

/** The effect of one level of loss: on the packets, the report, the advice and the page. */
export class MediaLevel {
  readonly #suffered: Suffered;

  constructor(suffered: Suffered) {
    this.#suffered = suffered;
  }

  /** Loses packets of the page until it has reported its measurement under that loss. */
  static async suffer(participant: RecordedPage, percent: number, ledger: Ledger): Promise<MediaLevel> {
    await using condition = await loseWebRtcPackets(participant.page, { percent });
    const silence = new Silence();
    const network = await reportedAfter(participant, WINDOW_MS, async () => {
      const { lost, of } = (await condition.achieved()).loss;
      silence.add(of - lost, performance.now());
    });
    const shown = await participant.room.advised();
    if (network) {
      const { quality, rtt, packetLoss, bandwidth } = network.report;
      const value = { quality, rtt, packetLoss, bandwidth };
      ledger.invoke({ who: participant.userId, op: 'network.report', value })('ok', network.advice);
    }
    const { loss } = await condition.achieved();
    return new MediaLevel({ percent, achieved: loss, silentMs: silence.longestMs, network, shown });
  }

  get percent(): number {
    return this.#suffered.percent;
  }

  /**
   * Whether the level is valid. It is not valid if the connection broke before enough packets came and there is no
   * evidence against the service.
   */
  get isConclusive(): boolean {
    const verdicts = this.findings.map(({ verdict }) => verdict);
    return verdicts.includes('failed') || !verdicts.includes('inconclusive');
  }

  get findings(): Finding[] {
    const { achieved, percent } = this.#suffered;
    return [lossIsReal('WebRTC packets', percent, [achieved]), this.#isReported(), this.#isShown()];
  }

  /** Checks that the page reports the real loss, within the 99.9% interval of the number of packets that it reads. */
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
    if (of === 0 || achieved.percent === null) return proof(check, false, 'no packets to judge by');
    const lost = Math.round((of * achieved.percent) / 100);
    const [low, high] = achievedLoss(achieved.percent, lost, of).intervalPercent;
    const isTrue = report.packetLoss >= low && report.packetLoss <= high;
    return found(
      check,
      isTrue,
      `${reported}, 99.9 % of ${of} packets lie from ${low.toFixed(1)} to ${high.toFixed(1)} %`,
    );
  }

  /** Checks that the page shows the advice, and nothing else. */
  #isShown(): Finding {
    const { network, percent, shown } = this.#suffered;
    const check = `at ${percent} % the page shows what was advised`;
    if (!network) return proof(check, false, 'no advice was received');
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
export function mediaFlows(pages: readonly RecordedPage[]): Probe {
  return {
    name: 'sound flows to every page',
    tolerance: 'packets come, and none is missing',
    async ask() {
      const value = await Promise.all(
        pages.map(async ({ room }) => {
          const network = await room.network();
          return { source: network?.source, packets: network?.packets, message: await room.audioWords() };
        }),
      );
      const ok = value.every(({ source, packets }) => source === 'media' && packets!.received > 100);
      return { ok, value };
    },
  };
}

/** The longest time in which a count did not grow. */
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

/**
 * Returns the first report that the page made at least `windowMs` from now; undefined if no report came in time. Calls
 * `look` meanwhile.
 */
async function reportedAfter(
  { page, room }: RecordedPage,
  windowMs: number,
  look: () => Promise<void>,
): Promise<Reported | undefined> {
  const from = (await page.evaluate(() => performance.now())) + windowMs;
  const deadline = performance.now() + windowMs + REPORTED_WITHIN_MS;
  while (performance.now() < deadline) {
    const [network] = await Promise.all([room.network(), look()]);
    if (network?.report && network.advice && network.report.atMs >= from) return network as Reported;
    await pause(ASK_EVERY_MS);
  }
  return undefined;
}
