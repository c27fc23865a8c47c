import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket as Mark } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { UserError } from '../kernel/errors.ts';
import { endpointOf } from '../kernel/reach.ts';
import { started } from '../kernel/started.ts';
import type { EncodedHistogram } from '../timings/latency-histogram.ts';
import { Exchanges } from './exchanges.ts';
import { PcapReader } from './pcap.ts';

/** The kernel's measurements of a sample of the HTTP connections: a second source beside the generator's clock. */
export interface CapturedExchanges {
  /** One in this many connections is captured, chosen by its local port. */
  readonly oneOf: number;
  readonly connections: number;
  /** From the first segment of a request, or of its connection, to the last segment of its answer. */
  readonly latencies: EncodedHistogram;
  /** Packets that the kernel dropped: with many of them, exchanges are missing. */
  readonly dropped: number;
  /** The capture ended before the run did. */
  readonly endedEarly: boolean;
  /** The HTTP operations of the contract, which the exchanges measure. */
  readonly operations: readonly string[];
}

export interface PacketCaptureOptions {
  /** The address to which the generator connects. */
  readonly url: string;
  /** A power of two. */
  readonly oneOf: number;
  readonly operations: readonly string[];
}

const NEEDS = 'PACKET_CAPTURE needs tcpdump and root on Linux';
/** Enough for the head of an upgrade to a WebSocket behind the headers of link, IP and TCP. */
const SNAP_BYTES = 512;
const START_MS = 5000;
const END_MS = 5000;
/** An interrupt discards packets that the kernel has not handed over yet, so our own last packet marks the end. */
const MARK_EVERY_MS = 50;

/** Captures packets with tcpdump, and reads its output while it runs. */
export class PacketCapture {
  readonly #options: PacketCaptureOptions;
  readonly #child: ChildProcess;
  readonly #guard: ChildProcess;
  readonly #reader = new PcapReader();
  readonly #exchanges: Exchanges;
  readonly #mark: Mark;
  #output = '';
  #failure: Error | undefined;
  #endedEarly: boolean | undefined;

  private constructor(options: PacketCaptureOptions, child: ChildProcess, mark: Mark) {
    this.#options = options;
    this.#mark = mark;
    this.#child = child;
    this.#guard = guardOf(child);
    this.#exchanges = new Exchanges(endpointOf(options.url).port);
    child.stdout!.on('data', (chunk: Buffer) => this.#read(chunk));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-2000);
    });
  }

  /** @throws {UserError} if nothing can be captured, with the reason */
  static async start(options: PacketCaptureOptions): Promise<PacketCapture> {
    if (new URL(options.url).protocol === 'https:')
      throw new UserError('PACKET_CAPTURE cannot read HTTPS, which is encrypted. Unset PACKET_CAPTURE.');
    const mark = createSocket('udp4').unref();
    await once(mark.bind(0, '127.0.0.1'), 'listening');
    const child = await started('tcpdump', () =>
      spawn(
        'tcpdump',
        [
          ...['-i', interfaceFor(options.url), '-n', '-U', '--immediate-mode'],
          ...['--time-stamp-precision=nano', '-s', String(SNAP_BYTES), '-w', '-'],
          `${filterFor(options)} or (udp dst port ${mark.address().port})`,
        ],
        // tcpdump needs no other variables; in the C locale, it writes English.
        { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' } },
      ),
    ).catch((error: Error) => {
      mark.close();
      throw new UserError(`${NEEDS}. ${error.message} Or unset PACKET_CAPTURE.`);
    });
    const capture = new PacketCapture(options, child, mark);
    const failed = new Promise<string>((resolve) => {
      child.once('exit', () => resolve(capture.#output.trim()));
    });
    // tcpdump writes the header of the file when the capture has started.
    const ready = once(child.stdout!, 'data').then(() => undefined);
    const late = new Promise<string>((resolve) => {
      setTimeout(resolve, START_MS, `it did not start within ${START_MS / 1000} s`).unref();
    });
    const reason = await Promise.race([ready, failed, late]);
    if (reason === undefined) return capture;
    child.kill();
    capture.#guard.kill('SIGKILL');
    mark.close();
    throw new UserError(
      `${NEEDS}: ${reason.split('\n').at(-1)}. Install tcpdump, run as root, or unset PACKET_CAPTURE.`,
    );
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Ends the capture, with everything so far; undefined if nothing was captured, or it could not be read. */
  async end(): Promise<CapturedExchanges | undefined> {
    this.#endedEarly ??= this.#child.exitCode !== null || this.#child.signalCode !== null;
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      await this.#allSeen();
      const closed = once(this.#child, 'close');
      this.#child.kill('SIGINT');
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
      await closed;
      clearTimeout(timer);
      this.#mark.close();
    }
    // The kill happens before another process can get the process id of tcpdump.
    this.#guard.kill('SIGKILL');
    this.#exchanges.end();
    const { latencies, connections } = this.#exchanges;
    if (this.#failure || latencies.count === 0) return undefined;
    const dropped = Number(/(\d+) packets dropped by kernel/.exec(this.#output)?.[1] ?? 0);
    const { oneOf, operations } = this.#options;
    return {
      oneOf,
      connections,
      latencies: latencies.encode(),
      dropped,
      endedEarly: this.#endedEarly,
      operations,
    };
  }

  async #allSeen(): Promise<void> {
    const { port } = this.#mark.address();
    const known = this.#reader.others;
    for (let waitedMs = 0; waitedMs < END_MS && this.#reader.others === known; waitedMs += MARK_EVERY_MS) {
      this.#mark.send('', port, '127.0.0.1');
      await pause(MARK_EVERY_MS);
    }
  }

  #read(chunk: Buffer): void {
    if (this.#failure) return;
    try {
      for (const segment of this.#reader.read(chunk)) this.#exchanges.add(segment);
    } catch (error) {
      this.#failure = error as Error;
      this.#child.kill();
    }
  }
}

/**
 * Starts a shell that ends tcpdump when this process is killed. Without packets to write, tcpdump would not notice, and
 * dropping root clears the kernel's signal for a lost parent.
 */
function guardOf({ pid }: ChildProcess): ChildProcess {
  const guard = spawn('sh', ['-c', 'read _; kill "$0"', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  });
  // Without the guard, the capture still works.
  guard.on('error', () => undefined);
  guard.stdin?.on('error', () => undefined);
  guard.unref();
  (guard.stdin as unknown as { unref(): void } | null)?.unref();
  return guard;
}

function interfaceFor(url: string): string {
  const { host } = endpointOf(url);
  return host === 'localhost' || host.startsWith('127.') || host === '::1' ? 'lo' : 'any';
}

/** Exported for its test. The kernel hands out local ports of one parity, so the lowest bit carries no information. */
export function filterFor({ url, oneOf }: Pick<PacketCaptureOptions, 'url' | 'oneOf'>): string {
  const { port } = endpointOf(url);
  const mask = (oneOf - 1) << 1;
  const [from, to] = [`tcp[0:2] & ${mask} == 0`, `tcp[2:2] & ${mask} == 0`];
  // `tcp[…]` reads only IPv4. In IPv6, the ports follow a header of 40 bytes.
  const [from6, to6] = [`ip6[40:2] & ${mask} == 0`, `ip6[42:2] & ${mask} == 0`];
  return (
    `(tcp dst port ${port} and ((ip and ${from}) or (ip6 and ${from6}))) or ` +
    `(tcp src port ${port} and ((ip and ${to}) or (ip6 and ${to6})))`
  );
}
