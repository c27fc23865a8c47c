import type { Route, Via } from '../../kernel/reach.ts';
import { DEFAULT_TTL_MS, describeFault, type Fault, mistakesInFault, type TimeToLive } from './fault.ts';
import { assertNoMistakes, type Direction, type PathImpairment } from './impairment.ts';
import type { LinkProcess } from './link-process.ts';
import type { PathStats, Upstream } from './messages.ts';
import { serverOf } from './upstream.ts';

const HOST = '127.0.0.1';

/** A fault that was inflicted on a path, and ends by `heal()`, by the path's, or with its time to live. */
export interface InflictedFault extends AsyncDisposable {
  /** One sentence for reports. */
  describe(): string;
  /** Of no effect when the fault is over already. */
  heal(): Promise<void>;
}

/**
 * One way through the link, of a participant or a cohort. Every call resolves when it holds for all connections, also
 * those that are open; a fault lasts until it is healed or its time to live is over (5 minutes by default).
 */
export class Path implements AsyncDisposable, Route {
  readonly name: string;
  /**
   * Where clients connect instead of to the service, when neither the Host header nor a certificate matters; else see
   * `via`.
   */
  readonly url: string;
  readonly #process: LinkProcess;

  constructor(name: string, url: string, process: LinkProcess) {
    this.name = name;
    this.url = url;
    this.#process = process;
  }

  /** For clients that keep the address of the service, and connect here. */
  get via(): Via {
    return { host: HOST, port: Number(new URL(this.url).port) };
  }

  /** The same for the server of any address: what the path does, it does to all of them together. */
  async to(url: string): Promise<Via> {
    return { host: HOST, port: await this.#portFor(serverOf(url)) };
  }

  /**
   * The same for browsers, which take a proxy alone. All that they load goes this way, also from other servers. The
   * proxy's own handshake is neither impaired nor counted.
   */
  async viaSocks(): Promise<Via & { readonly socks: string }> {
    return { ...this.via, socks: `socks5://${HOST}:${await this.#portFor('socks5')}` };
  }

  /**
   * Latency, jitter, bandwidth and loss, per direction. Replaces an earlier impairment. New connections also wait for
   * the handshake that such a path takes: a round trip, and the retransmissions of lost SYNs.
   */
  impair(impairment: PathImpairment, ttl?: TimeToLive): Promise<InflictedFault> {
    return this.inflict({ kind: 'impaired', ...impairment }, ttl);
  }

  /** Holds all bytes and ends of connections; after the heal they pass. New connections get no answer until then. */
  stall(direction: Direction | 'both', ttl?: TimeToLive): Promise<InflictedFault> {
    return this.inflict({ kind: 'stalled', direction }, ttl);
  }

  /**
   * What is sent in this direction disappears, and so do ends of connections; the other direction works. New
   * connections get no answer. The heal resets all connections that something is missing from.
   */
  halfOpen(direction: Direction, ttl?: TimeToLive): Promise<InflictedFault> {
    return this.inflict({ kind: 'half-open', direction }, ttl);
  }

  /** New connections are refused by the kernel (ECONNREFUSED); open ones go on. */
  refuse(ttl?: TimeToLive): Promise<InflictedFault> {
    return this.inflict({ kind: 'refusing' }, ttl);
  }

  /** @throws UserError with all mistakes at once */
  async inflict(fault: Fault, { ttlMs = DEFAULT_TTL_MS }: TimeToLive = {}): Promise<InflictedFault> {
    assertNoMistakes(mistakesInFault(fault, ttlMs));
    const { fault: number } = await this.#process.ask({ type: 'inflict', path: this.name, fault, ttlMs });
    const heal = async () => {
      await this.#process.ask({ type: 'heal', path: this.name, fault: number });
    };
    return { describe: () => describeFault(fault), heal, [Symbol.asyncDispose]: heal };
  }

  /** Ends all live connections by RST to both sides; returns how many there were. */
  reset(): Promise<number> {
    return this.#end('reset');
  }

  /** Ends all live connections by FIN to both sides; returns how many there were. */
  close(): Promise<number> {
    return this.#end('close');
  }

  /** Ends all faults of the path. */
  async heal(): Promise<void> {
    await this.#process.ask({ type: 'heal', path: this.name });
  }

  /** What was set and what was achieved; `startOver` begins to count anew. */
  stats({ startOver = false } = {}): Promise<PathStats> {
    return this.#process.ask({ type: 'stats', path: this.name, startOver });
  }

  /** Resets its connections and gives its port back. */
  async dispose(): Promise<void> {
    await this.#process.ask({ type: 'dispose', path: this.name });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #portFor(to: Upstream | 'socks5'): Promise<number> {
    return (await this.#process.ask({ type: 'listen', path: this.name, to })).port;
  }

  async #end(by: 'reset' | 'close'): Promise<number> {
    return (await this.#process.ask({ type: 'end', path: this.name, by })).connections;
  }
}
