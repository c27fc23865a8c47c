import type { Socket } from 'node:net';
import { wheel } from '../../../kernel/clock.ts';
import type { Wait } from '../../../kernel/timing-wheel.ts';
import { DIRECTIONS } from '../../impairment.ts';
import type { LineFault } from '../faults/line.ts';
import type { ConnectionCounts, PathStats } from '../path-stats.ts';
import type { Upstream } from '../upstream.ts';
import { Bottleneck } from './bottleneck.ts';
import { conditionsUnder } from './conditions.ts';
import { Connection, randomFor, type Surroundings } from './connection.ts';
import { DirectionCounts } from './direction-counts.ts';
import { Listener } from './listener.ts';
import { reset } from './piece.ts';
import { acceptSocks } from './socks.ts';

/** A browser names its target at once; a slower program is not a participant. */
const ASK_WITHIN_MS = 10_000;
/** The limit of clients that have not named their target; above it, the oldest is cut. Browsers open dozens at once. */
const MOST_ASKING = 256;

const NOTHING_YET = { opened: 0, reset: 0, closed: 0, severed: 0, abandoned: 0, unreachable: 0 };

export interface PathOptions {
  readonly name: string;
  readonly seed: string | number;
  readonly upstream: Upstream;
  /** The address of the service, if it differs from `upstream`. */
  readonly service?: Upstream | undefined;
  readonly parkingPort: number;
}

interface ActiveFault {
  readonly fault: LineFault;
  readonly expiry: Wait;
}

/** A listener, its connections, and their faults. */
export class ProxiedPath {
  readonly #options: PathOptions;
  readonly #connections = new Set<Connection>();
  readonly #faults = new Map<number, ActiveFault>();
  readonly #bottlenecks = { up: new Bottleneck(), down: new Bottleneck() };
  readonly #counts = { up: new DirectionCounts('up'), down: new DirectionCounts('down') };
  readonly #connectionCounts: ConnectionCounts = { ...NOTHING_YET, open: 0, connecting: 0 };
  #conditions = conditionsUnder([]);
  #accepted = 0;
  #lastFault = 0;
  #listener!: Listener;
  /** Further listeners, by their server, or for SOCKS5. */
  readonly #listeners = new Map<string, Promise<Listener>>();
  /** Clients that have not yet named their target. */
  readonly #asking = new Set<Socket>();

  private constructor(options: PathOptions) {
    this.#options = options;
  }

  static async open(options: PathOptions): Promise<ProxiedPath> {
    const path = new ProxiedPath(options);
    path.#listener = await Listener.open(
      (socket) => path.#carry(socket, options.upstream),
      options.parkingPort,
    );
    return path;
  }

  get port(): number {
    return this.#listener.port;
  }

  async portFor(to: Upstream | 'socks5'): Promise<number> {
    const target = to === 'socks5' ? to : this.#leadsTo(to);
    if (target === this.#options.upstream) return this.port;
    const name = target === 'socks5' ? target : `${target.host}:${target.port}`;
    let listener = this.#listeners.get(name);
    if (!listener) {
      listener = this.#open((socket) =>
        target === 'socks5' ? this.#ask(socket) : this.#carry(socket, target),
      );
      this.#listeners.set(name, listener);
    }
    return (await listener).port;
  }

  /** Returns the number of the fault. */
  async inflict(fault: LineFault, ttlMs: number): Promise<number> {
    if (fault.replacesEarlier)
      for (const [number, active] of this.#faults) if (active.fault.kind === fault.kind) this.#forget(number);
    const number = ++this.#lastFault;
    const expiry = wheel.after(ttlMs, () => {
      this.#faults.delete(number);
      // No caller waits; if the port cannot be opened again, the next call reports it.
      this.#apply().catch(() => undefined);
    });
    this.#faults.set(number, { fault, expiry });
    await this.#apply();
    return number;
  }

  /** Heals one fault, or all faults; a fault may already be over. */
  async heal(number?: number): Promise<void> {
    for (const one of number === undefined ? [...this.#faults.keys()] : [number]) this.#forget(one);
    await this.#apply();
  }

  /** Ends all open connections, and returns their number. */
  end(by: 'reset' | 'close'): number {
    const connections = [...this.#connections];
    for (const connection of connections) connection[by]();
    return connections.length;
  }

  stats(startOver: boolean): PathStats {
    const stats: PathStats = {
      faults: [...this.#faults.values()].map(({ fault }) => fault.description),
      connections: { ...this.#connectionCounts },
      up: this.#counts.up.stats(this.#conditions.up.impairment),
      down: this.#counts.down.stats(this.#conditions.down.impairment),
    };
    if (startOver) this.#startOver();
    return stats;
  }

  async dispose(): Promise<void> {
    for (const number of [...this.#faults.keys()]) this.#forget(number);
    await this.#listener.close();
    for (const listener of this.#listeners.values()) await (await listener).close();
    for (const socket of this.#asking) reset(socket);
    for (const connection of this.#connections) connection.reset();
  }

  async #open(accept: (socket: Socket) => void): Promise<Listener> {
    const listener = await Listener.open(accept, this.#options.parkingPort);
    await listener.setRefusing(this.#conditions.refuses);
    return listener;
  }

  /** Waits until a client names its target, and connects it. */
  #ask(socket: Socket): void {
    const [oldest] = this.#asking;
    if (oldest && this.#asking.size >= MOST_ASKING) {
      this.#asking.delete(oldest);
      reset(oldest);
    }
    this.#asking.add(socket);
    const timer = setTimeout(() => reset(socket), ASK_WITHIN_MS).unref();
    const gone = () => {
      clearTimeout(timer);
      this.#asking.delete(socket);
    };
    socket.once('close', gone).on('error', ignored);
    acceptSocks(socket, (target) => {
      gone();
      socket.off('close', gone).off('error', ignored);
      this.#carry(socket, this.#leadsTo(target));
    });
  }

  /** A page may also load from other servers; all its connections share the line of the participant. */
  #leadsTo(target: Upstream): Upstream {
    const { upstream, service = upstream } = this.#options;
    return isSame(target, service) || isSame(target, upstream) ? upstream : target;
  }

  #carry(socket: Socket, upstream: Upstream): void {
    this.#connections.add(new Connection(socket, this.#conditions, this.#surroundings(upstream)));
  }

  #startOver(): void {
    for (const direction of DIRECTIONS) this.#counts[direction].startOver();
    Object.assign(this.#connectionCounts, NOTHING_YET);
  }

  #forget(number: number): void {
    this.#faults.get(number)?.expiry.cancel();
    this.#faults.delete(number);
  }

  /** All connections get the new conditions before anything else happens in this process. */
  async #apply(): Promise<void> {
    this.#conditions = conditionsUnder([...this.#faults.values()].map(({ fault }) => fault));
    for (const direction of DIRECTIONS) {
      this.#bottlenecks[direction].limit(this.#conditions[direction].impairment.bandwidthKbps);
    }
    for (const connection of [...this.#connections]) connection.apply(this.#conditions);
    const { refuses } = this.#conditions;
    const listeners = [this.#listener, ...(await Promise.all(this.#listeners.values()))];
    await Promise.all(listeners.map((listener) => listener.setRefusing(refuses)));
  }

  #surroundings(upstream: Upstream): Surroundings {
    const { name, seed } = this.#options;
    return {
      upstream,
      bottlenecks: this.#bottlenecks,
      counts: this.#counts,
      connections: this.#connectionCounts,
      random: randomFor(seed, name, ++this.#accepted),
      ended: (connection) => this.#connections.delete(connection),
    };
  }
}

function isSame(one: Upstream, other: Upstream): boolean {
  return one.port === other.port && one.host.toLowerCase() === other.host.toLowerCase();
}

/** `close` follows an error. */
const ignored = () => undefined;
