import type { Route, Via } from '../../kernel/reach.ts';
import type { AskedProcess } from '../asked-process.ts';
import type { OwnFault, Proof } from './faults/define-fault.ts';
import type { StandardFault } from './faults/faults.ts';
import { preparedFault } from './faults/prepared-fault.ts';
import type { Commands } from './messages.ts';
import type { PathStats } from './path-stats.ts';
import { serverOf, type Upstream } from './upstream.ts';

const HOST = '127.0.0.1';

const DEFAULT_TTL_MS = 5 * 60_000;

/** How long a fault of a path may last. */
export interface TimeToLive {
  /** The proxy heals the fault after this time, even when the test has ended. */
  readonly ttlMs?: number;
}

/** An active fault of a path. Its `heal()`, the `heal()` of the path, or its time to live ends it. */
export interface InflictedFault extends AsyncDisposable {
  /** One sentence for reports. */
  describe(): string;
  /** Checks the effect of the fault. Call it while the fault is active. */
  prove(): Promise<Proof>;
  /** Has no effect when the fault is over already. */
  heal(): Promise<void>;
}

/**
 * One route through the link, for a participant or a cohort. Each call resolves when it has taken effect for all
 * connections, also for open ones. A fault ends when it is healed or its time to live is over (5 minutes by default).
 */
export class Path implements AsyncDisposable, Route {
  /** The name in errors and reports. */
  readonly name: string;
  /**
   * The address for clients that connect here instead of to the service, if neither the Host header nor a certificate
   * matters; otherwise use `via`.
   */
  readonly url: string;
  readonly #process: AskedProcess<Commands>;

  /** @internal */
  constructor(name: string, url: string, process: AskedProcess<Commands>) {
    this.name = name;
    this.url = url;
    this.#process = process;
  }

  /** The address for clients that keep the URL of the service, and connect here. */
  get via(): Via {
    return { host: HOST, port: Number(new URL(this.url).port) };
  }

  /** The same for the server of any URL. The faults of the path apply to all its servers. */
  async to(url: string): Promise<Via> {
    return { host: HOST, port: await this.#portFor(serverOf(url)) };
  }

  /**
   * The same for browsers, which accept only a proxy. Everything that a browser loads uses the path, also from other
   * servers. The handshake of SOCKS5 is neither impaired nor counted.
   */
  async viaSocks(): Promise<Via & { readonly socks: string }> {
    return { ...this.via, socks: `socks5://${HOST}:${await this.#portFor('socks5')}` };
  }

  /**
   * Damages the path: `{ kind: 'stalled', direction: 'up' }`, or a fault of your own, such as `blackout()`.
   * @throws {UserError} with all mistakes at once; then the path is not damaged
   */
  async inflict(
    fault: StandardFault | OwnFault,
    { ttlMs = DEFAULT_TTL_MS }: TimeToLive = {},
  ): Promise<InflictedFault> {
    const { onLine, prove } = preparedFault(fault, ttlMs);
    const asked = { type: 'inflict', path: this.name, fault: onLine, ttlMs } as const;
    const { fault: number } = await this.#process.ask(asked);
    const heal = async () => {
      await this.#process.ask({ type: 'heal', path: this.name, fault: number });
    };
    return {
      describe: () => onLine.description,
      prove: async () => prove(await this.stats(), this.via),
      heal,
      [Symbol.asyncDispose]: heal,
    };
  }

  /** Ends all open connections by RST to both sides, and returns their number. */
  reset(): Promise<number> {
    return this.#end('reset');
  }

  /** Ends all open connections by FIN to both sides, and returns their number. */
  close(): Promise<number> {
    return this.#end('close');
  }

  /** Ends all faults of the path. */
  async heal(): Promise<void> {
    await this.#process.ask({ type: 'heal', path: this.name });
  }

  /** Returns settings and counts; `startOver` then sets the counts to zero. */
  stats({ startOver = false } = {}): Promise<PathStats> {
    return this.#process.ask({ type: 'stats', path: this.name, startOver });
  }

  /** Resets the connections of the path and frees its ports. */
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
