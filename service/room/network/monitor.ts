import type { NetworkAdvice, NetworkReport } from '../../meetings/schemas.ts';
import type { Answer } from '../api.ts';
import { levelOf } from './level.ts';
import { Line } from './line.ts';
import { type OwnLine, ownLine } from './own-line.ts';
import { isDue } from './pace.ts';
import { readSample } from './read-sample.ts';
import type { NetworkState } from './state.ts';

const EVERY_MS = 1_000;

/** The bandwidth in kbps if the line shows no limit and the browser has no estimate. */
const WIDE_KBPS = 10_000;

type Surroundings = {
  /** The media connections, each with a unique id. */
  ends(): readonly { peerId: string; connection: RTCPeerConnection }[];
  /** The round trip time to the service in ms; undefined without a connection. */
  roundTripMs(): Promise<number | undefined>;
  report(report: NetworkReport): Promise<Answer<NetworkAdvice>>;
  onChange(state: NetworkState): void;
};

/** Measures once a second, and reports within the rate limit of the contract. */
export class NetworkMonitor {
  #lines = new Map<string, Line>();
  #report: NetworkState['report'];
  #advice: NetworkAdvice | undefined;
  #notBeforeMs = 0;
  #isReporting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = true;
  #state: NetworkState | undefined;

  constructor(private readonly surroundings: Surroundings) {}

  get state(): NetworkState | undefined {
    return this.#state;
  }

  start() {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    void this.#tick();
  }

  stop() {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #tick() {
    await this.#measure();
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#tick(), EVERY_MS);
  }

  async #measure() {
    const [own, lines] = await this.#ownLine();
    const serviceRttMs = own.rttMs === undefined ? await this.surroundings.roundTripMs() : undefined;
    const rttMs = own.rttMs ?? serviceRttMs;
    // Without media and without an answer of the service, the connection state is enough.
    if (this.#isStopped || rttMs === undefined) return;
    const bandwidthKbps = own.lossPercent === 100 ? 0 : (own.narrowKbps ?? downlinkKbps());
    const report = {
      rtt: rounded(rttMs),
      packetLoss: rounded(own.lossPercent ?? 0),
      bandwidth: Math.round(bandwidthKbps),
    };
    const quality = levelOf(report);
    this.#show({
      ...own,
      rttMs,
      source: lines > 0 ? 'media' : 'service',
      lines,
      bandwidthKbps,
      quality,
      report: this.#report,
      advice: this.#advice,
    });
    void this.#send({ quality, ...report });
  }

  async #ownLine(): Promise<[OwnLine, number]> {
    const ends = this.surroundings.ends();
    const known = this.#lines;
    this.#lines = new Map(ends.map(({ peerId }) => [peerId, known.get(peerId) ?? new Line()]));
    await Promise.all(
      ends.map(async ({ peerId, connection }) => {
        const sample = await readSample(connection).catch(() => undefined);
        if (sample) this.#lines.get(peerId)?.add(sample);
      }),
    );
    const figures = [...this.#lines.values()].flatMap((line) => line.figures ?? []);
    const speaking = figures.filter(({ rttMs }) => rttMs !== undefined);
    return [ownLine(speaking), speaking.length];
  }

  async #send(report: NetworkReport) {
    const now = performance.now();
    if (this.#isReporting || !isDue(now, report.quality, this.#report, this.#notBeforeMs)) return;
    this.#isReporting = true;
    const { data, refusal } = await this.surroundings.report(report);
    this.#isReporting = false;
    if (refusal?.retryAfterS) this.#notBeforeMs = performance.now() + refusal.retryAfterS * 1000;
    if (!data || this.#isStopped || !this.#state) return;
    this.#report = { ...report, atMs: now };
    this.#advice = data;
    this.#show({ ...this.#state, report: this.#report, advice: data });
  }

  #show(state: NetworkState) {
    this.#state = state;
    this.surroundings.onChange(state);
  }
}

/** The browser's estimate, which only Chromium has. */
function downlinkKbps(): number {
  const { connection } = navigator as { connection?: { downlink?: number } };
  return connection?.downlink ? connection.downlink * 1000 : WIDE_KBPS;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
