import { systemClock } from '../../../kernel/clock.ts';
import { assertNever } from '../../../kernel/errors.ts';
import { describeFault, type Fault } from '../fault.ts';
import { DIRECTIONS } from '../impairment.ts';
import type { ConnectionCounts, PathStats, Upstream } from '../messages.ts';
import { Alarm } from './alarm.ts';
import { Bottleneck } from './bottleneck.ts';
import { conditionsUnder } from './conditions.ts';
import { Connection, randomFor, type Surroundings } from './connection.ts';
import { DirectionCounts } from './direction-counts.ts';
import { Listener } from './listener.ts';

export interface PathOptions {
  readonly name: string;
  readonly seed: string | number;
  readonly upstream: Upstream;
  readonly parkingPort: number;
}

interface ActiveFault {
  readonly fault: Fault;
  readonly expiresAt: number;
  readonly alarm: Alarm;
}

/** A listener, the connections that came through it, and the faults they are under. */
export class ProxiedPath {
  readonly #options: PathOptions;
  readonly #connections = new Set<Connection>();
  readonly #faults = new Map<number, ActiveFault>();
  readonly #bottlenecks = { up: new Bottleneck(), down: new Bottleneck() };
  readonly #counts = { up: new DirectionCounts('up'), down: new DirectionCounts('down') };
  readonly #connectionCounts: ConnectionCounts = {
    opened: 0,
    reset: 0,
    closed: 0,
    severed: 0,
    abandoned: 0,
    unreachable: 0,
    open: 0,
    connecting: 0,
  };
  #conditions = conditionsUnder([]);
  #countsSince = systemClock.now();
  #accepted = 0;
  #lastFault = 0;
  #listener!: Listener;

  private constructor(options: PathOptions) {
    this.#options = options;
  }

  static async open(options: PathOptions): Promise<ProxiedPath> {
    const path = new ProxiedPath(options);
    path.#listener = await Listener.open((socket) => {
      const connection = new Connection(socket, path.#conditions, path.#surroundings());
      path.#connections.add(connection);
    }, options.parkingPort);
    return path;
  }

  get port(): number {
    return this.#listener.port;
  }

  /** Returns the fault's number. */
  async inflict(fault: Fault, ttlMs: number): Promise<number> {
    if (fault.kind === 'impaired') {
      for (const [number, active] of this.#faults) if (active.fault.kind === 'impaired') this.#forget(number);
    }
    const number = ++this.#lastFault;
    const alarm = new Alarm();
    alarm.set(ttlMs, () => {
      this.#faults.delete(number);
      // Nobody waits for it; a port that could not be opened again shows at the next call.
      this.#apply().catch(() => undefined);
    });
    this.#faults.set(number, { fault, expiresAt: systemClock.now() + ttlMs, alarm });
    await this.#apply();
    return number;
  }

  /** One fault, or all; those that are over already are no mistake. */
  async heal(number?: number): Promise<void> {
    for (const one of number === undefined ? [...this.#faults.keys()] : [number]) this.#forget(one);
    await this.#apply();
  }

  /** Ends all live connections, and returns how many these were. */
  end(by: 'reset' | 'close'): number {
    const connections = [...this.#connections];
    for (const connection of connections) {
      switch (by) {
        case 'reset':
          connection.reset();
          break;
        case 'close':
          connection.close();
          break;
        default:
          assertNever(by);
      }
    }
    return connections.length;
  }

  stats(startOver: boolean): PathStats {
    const now = systemClock.now();
    const stats: PathStats = {
      path: this.#options.name,
      countedMs: now - this.#countsSince,
      faults: [...this.#faults].map(([id, { fault, expiresAt }]) => ({
        id,
        what: describeFault(fault),
        expiresInMs: Math.max(0, expiresAt - now),
      })),
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
    for (const connection of this.#connections) connection.reset();
  }

  #startOver(): void {
    this.#countsSince = systemClock.now();
    for (const direction of DIRECTIONS) this.#counts[direction].startOver();
    const { open, connecting } = this.#connectionCounts;
    const none = { opened: 0, reset: 0, closed: 0, severed: 0, abandoned: 0, unreachable: 0 };
    Object.assign(this.#connectionCounts, { ...none, open, connecting });
  }

  #forget(number: number): void {
    this.#faults.get(number)?.alarm.clear();
    this.#faults.delete(number);
  }

  /** All connections learn of the new conditions before anything else happens in this process. */
  async #apply(): Promise<void> {
    this.#conditions = conditionsUnder([...this.#faults.values()].map(({ fault }) => fault));
    for (const direction of DIRECTIONS) {
      this.#bottlenecks[direction].limit(this.#conditions[direction].impairment.bandwidthKbps);
    }
    for (const connection of [...this.#connections]) connection.apply(this.#conditions);
    await this.#listener.setRefusing(this.#conditions.refuses);
  }

  #surroundings(): Surroundings {
    const { name, seed, upstream } = this.#options;
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
