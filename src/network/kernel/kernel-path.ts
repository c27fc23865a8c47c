import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { childEnvironment } from '../../kernel/child-environment.ts';
import { type Deferred, deferred } from '../../kernel/deferred.ts';
import { UserError } from '../../kernel/errors.ts';
import { started } from '../../kernel/started.ts';
import { type AchievedLoss, achievedLoss } from '../achieved.ts';
import { type KernelMeans, kernelLayerAvailable } from './kernel-layer.ts';
import { type LossPercents, lossRuleset, readCounters, readRetransmitted } from './ruleset.ts';

const KEEPER = fileURLToPath(import.meta.resolve('./keeper.mjs'));

/** What happens to packets of one direction. */
export interface PacketImpairment {
  /** Each packet is lost on its own. The kernel draws: no seed repeats it. */
  readonly lossPercent?: number;
  /** One way; only where the kernel has netem. */
  readonly latencyMs?: number;
}

export interface KernelImpairment {
  /** To the service. */
  readonly up?: PacketImpairment;
  /** From the service. */
  readonly down?: PacketImpairment;
}

export interface KernelPathOptions {
  readonly servicePort: number;
  /** Where the service listens; loopback. */
  readonly serviceHost?: string;
}

const saidSchema = z.object({
  port: z.number().optional(),
  id: z.number().optional(),
  answer: z.unknown().optional(),
  error: z.string().optional(),
});

/**
 * A path to the service on which the kernel loses real packets, in namespaces of this path's own: connects, data and
 * acknowledgements of the TCP connection between a participant and the far end of the path, so that TCP itself
 * retransmits. Behind the far end everything is as without it. When `close` is called or this process ends, however it
 * ends, namespaces, interfaces and rules are gone.
 */
export class KernelPath implements AsyncDisposable {
  readonly layer = 'kernel';
  readonly how: KernelMeans;
  /** Where participants connect instead of the service. */
  readonly host: string;
  readonly port: number;
  readonly #keeper: Keeper;
  #set: Required<LossPercents> = { up: 0, down: 0 };

  private constructor(how: KernelMeans, host: string, port: number, keeper: Keeper) {
    this.how = how;
    this.host = host;
    this.port = port;
    this.#keeper = keeper;
  }

  /** A UserError says why where the kernel layer cannot be used. */
  static async open({ servicePort, serviceHost = '127.0.0.1' }: KernelPathOptions): Promise<KernelPath> {
    const available = kernelLayerAvailable();
    if (!available.ok) throw new UserError(available.why);
    const number = randomInt(2 ** 14);
    const [hostAddress, near, away, farAddress] = addresses(number);
    const keeper = await Keeper.start();
    const port = await keeper.open({
      servicePort,
      serviceHost,
      id: `${number.toString(36)}p${process.pid.toString(36)}`,
      hostAddress,
      lineAddresses: [near, away],
      farAddress,
      ruleset: lossRuleset({ up: 0, down: 0 }),
    });
    return new KernelPath(available.how, farAddress, port, keeper);
  }

  get baseURL(): string {
    return `http://${this.host}:${this.port}`;
  }

  /** Replaces all that was set before, for connections that are open too; `achieved` counts from here. */
  async set({ up = {}, down = {} }: KernelImpairment): Promise<void> {
    const mistakes = Object.entries({ up, down }).flatMap(([direction, impairment]) =>
      this.#mistakes(direction, impairment),
    );
    if (mistakes.length > 0) throw new UserError(`Kernel path: ${mistakes.join('; ')}.`);
    const percents = { up: up.lossPercent ?? 0, down: down.lossPercent ?? 0 };
    const delaysMs = { up: up.latencyMs ?? 0, down: down.latencyMs ?? 0 };
    await this.#keeper.ask({
      ruleset: lossRuleset(percents),
      ...(this.how === 'netem' ? { delaysMs } : {}),
    });
    this.#set = percents;
  }

  /** Takes back all that was set. */
  heal(): Promise<void> {
    return this.set({});
  }

  /** TCP packets since the last `set`, as the kernel counted them. */
  async achieved(): Promise<{ up: AchievedLoss; down: AchievedLoss }> {
    const { up, down } = readCounters(await this.#keeper.ask({ counters: true }));
    return {
      up: achievedLoss(this.#set.up, up.lost, up.sent),
      down: achievedLoss(this.#set.down, down.lost, down.sent),
    };
  }

  /** Segments that the far end's TCP had to send again since the path was opened. */
  async retransmitted(): Promise<number> {
    return readRetransmitted(z.string().parse(await this.#keeper.ask({ retransmitted: true })));
  }

  /** Returns when nothing of the path is left on the host. May be called more than once. */
  close(): Promise<void> {
    return this.#keeper.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #mistakes(direction: string, { lossPercent = 0, latencyMs = 0 }: PacketImpairment): string[] {
    const mistakes: string[] = [];
    if (!(lossPercent >= 0 && lossPercent <= 100)) {
      mistakes.push(`${direction}.lossPercent is ${lossPercent}, but must be a number from 0 to 100`);
    }
    if (!(latencyMs >= 0 && latencyMs <= 60_000)) {
      mistakes.push(`${direction}.latencyMs is ${latencyMs}, but must be a number from 0 to 60000`);
    } else if (latencyMs > 0 && this.how !== 'netem') {
      mistakes.push(
        `${direction}.latencyMs is ${latencyMs}, but this kernel has no netem: leave it out, or use the link`,
      );
    }
    return mistakes;
  }
}

/**
 * Four addresses, two and two in a network of four: host and near end of the line, away end and far end. From
 * 198.18.0.0/15, which is reserved for measuring (RFC 2544) and routed nowhere.
 */
function addresses(number: number): [string, string, string, string] {
  const first = number * 8;
  const address = (offset: number) => {
    const value = first + offset;
    return `198.${18 + (value >> 16)}.${(value >> 8) & 255}.${value & 255}`;
  };
  return [address(1), address(2), address(5), address(6)];
}

/** The process behind a path, and what is asked of it. */
class Keeper {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #gone: Promise<unknown>;
  readonly #waiting = new Map<number, Deferred<unknown>>();
  readonly #opened = deferred<number>();
  #asked = 0;
  #isGone = false;

  /** @throws {UserError} when it cannot be started */
  static async start(): Promise<Keeper> {
    // In a session of its own: Ctrl-C must not end the path before its user has said goodbye.
    const child = await started('The kernel path', () =>
      spawn(process.execPath, [KEEPER], {
        detached: true,
        env: childEnvironment(),
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    );
    return new Keeper(child);
  }

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
    this.#gone = once(this.#child, 'close').catch(() => undefined);
    void this.#gone.then(() => this.#end());
    this.#child.stdin.on('error', () => undefined);
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#hear(line));
  }

  async open(orders: object): Promise<number> {
    this.#child.stdin.write(`${JSON.stringify(orders)}\n`);
    try {
      return await this.#opened.promise;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  ask(request: object): Promise<unknown> {
    if (this.#isGone) return Promise.reject(new Error('The kernel path is closed.'));
    const id = ++this.#asked;
    const answer = deferred<unknown>();
    this.#waiting.set(id, answer);
    this.#child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
    return answer.promise;
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    await this.#gone;
  }

  #hear(line: string): void {
    const { id, port, answer, error } = saidSchema.parse(JSON.parse(line));
    const waiting = id === undefined ? this.#opened : this.#waiting.get(id);
    if (id !== undefined) this.#waiting.delete(id);
    if (error !== undefined) waiting?.reject(new Error(`The kernel path failed: ${error}`));
    else (waiting as Deferred<unknown> | undefined)?.resolve(id === undefined ? port : answer);
  }

  #end(): void {
    this.#isGone = true;
    const error = new Error('The kernel path ended.');
    this.#opened.reject(error);
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
