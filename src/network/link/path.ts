import { UserError } from '../../kernel/errors.ts';
import type { Route, Via } from '../../kernel/reach.ts';
import type { AskedProcess } from '../asked-process.ts';
import type { Proof } from './faults/fault-kind.ts';
import { describeFault, type Fault, kindOf, mistakesInFault } from './faults/faults.ts';
import type { Commands } from './messages.ts';
import type { PathStats } from './path-stats.ts';
import type { Upstream } from './upstream.ts';
import { serverOf } from './upstream.ts';

const HOST = '127.0.0.1';

const DEFAULT_TTL_MS = 5 * 60_000;

export interface TimeToLive {
  /** The proxy heals the fault after this time, even when the test has ended. */
  readonly ttlMs?: number;
}

/** A fault in force on a path. It ends by its own `heal()`, by that of the path, or with its time to live. */
export interface InflictedFault extends AsyncDisposable {
  /** One sentence for reports. */
  describe(): string;
  /** Set against achieved. Call it while the fault is in force. */
  prove(): Promise<Proof>;
  /** Has no effect when the fault is over already. */
  heal(): Promise<void>;
}

/**
 * One route through the link, of a participant or a cohort. Every call resolves when it is in force for all connections,
 * also for open ones. A fault lasts until it is healed or its time to live is over (5 minutes by default).
 */
export class Path implements AsyncDisposable, Route {
  readonly name: string;
  /**
   * Where clients connect instead of to the service, if neither the Host header nor a certificate matters; otherwise use
   * `via`.
   */
  readonly url: string;
  readonly #process: AskedProcess<Commands>;

  constructor(name: string, url: string, process: AskedProcess<Commands>) {
    this.name = name;
    this.url = url;
    this.#process = process;
  }

  /** For clients that keep the address of the service, and connect here. */
  get via(): Via {
    return { host: HOST, port: Number(new URL(this.url).port) };
  }

  /** The same for the server of any address. The faults of the path apply to all of them together. */
  async to(url: string): Promise<Via> {
    return { host: HOST, port: await this.#portFor(serverOf(url)) };
  }

  /**
   * The same for browsers, which only take a proxy. Everything that they load goes this way, also from other servers.
   * The proxy's own handshake is neither impaired nor counted.
   */
  async viaSocks(): Promise<Via & { readonly socks: string }> {
    return { ...this.via, socks: `socks5://${HOST}:${await this.#portFor('socks5')}` };
  }

  /** @throws {UserError} with all mistakes at once */
  async inflict(fault: Fault, { ttlMs = DEFAULT_TTL_MS }: TimeToLive = {}): Promise<InflictedFault> {
    const mistakes = mistakesInFault(fault, ttlMs);
    if (mistakes.length > 0) throw new UserError(`Fault "${fault.kind}": ${mistakes.join('; ')}.`);
    const { fault: number } = await this.#process.ask({ type: 'inflict', path: this.name, fault, ttlMs });
    const heal = async () => {
      await this.#process.ask({ type: 'heal', path: this.name, fault: number });
    };
    const prove = async () => kindOf(fault).prove(fault, await this.stats(), this.via);
    return { describe: () => describeFault(fault), prove, heal, [Symbol.asyncDispose]: heal };
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

  /** What was set and what was achieved; `startOver` sets the counts to zero afterwards. */
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
