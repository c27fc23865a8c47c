import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);
const source = join(import.meta.dirname, 'known-delay.c');
/** The folder in which packages keep their caches. */
const cache = join(import.meta.dirname, '../../../../node_modules/.cache/fullhouse');
const inNode = join(import.meta.dirname, 'known-delay.mjs');

/** The latencies that the service measured, in ms; without percentiles if the count is 0. */
export interface Measured {
  readonly count: number;
  readonly p50?: number;
  readonly p95?: number;
  readonly p99?: number;
  readonly min?: number;
  readonly max?: number;
  /** Samples that were counted but not kept. */
  readonly leftOut: number;
}

export interface Truth {
  /** By operation, including `event.delivery`. */
  readonly operations: Readonly<Record<string, Sides>>;
  /** All operations except events, from the view of a client: the first call of a connection counts from its accept. */
  readonly seen: Measured;
  /** The same, each from the arrival of its request. */
  readonly own: Measured;
  readonly openConnections: number;
  readonly mostConnections: number;
  readonly accepted: number;
  /** Writes that did not fit into the receive buffer of a client, because the client read too late. */
  readonly blockedWrites: number;
  readonly badRequests: number;
  /** Reads, and reads with a timestamp of the kernel; absent from the service in Node. */
  readonly reads?: number;
  readonly stampedReads?: number;
  /** CPU time of the service since it started, in ms. */
  readonly cpuMs: number;
}

export interface Counts {
  readonly calls: number;
  /** Participants that left. */
  readonly sessions: number;
  readonly events: number;
  readonly openConnections: number;
}

export interface Sides {
  readonly seen: Measured;
  readonly own: Measured;
}

export interface KnownDelayOptions {
  /** The delay of each call of a measured user, in ms. */
  readonly delayMs?: number;
  /** The mean of an additional, exponentially distributed delay, in ms. */
  readonly spreadMs?: number;
  /** An event counts for a member that stays at least this time after its call, in ms. */
  readonly judgedAfterMs?: number;
  /** Whether to use the compiled service, if there is a compiler. */
  readonly isCompiled?: boolean;
  /** More than one if one process cannot have all connections. The processes share the port, but not the rooms. */
  readonly processes?: number;
}

interface Ready {
  readonly port: number;
  readonly openFiles: number;
  readonly isFirst: boolean;
}

/** A meetings service with a known delay, in a separate process; see known-delay.c for its measurements. */
export class KnownDelay {
  readonly url: string;
  /** The compiled service, or the service in Node without a compiler. */
  readonly kind: 'compiled' | 'node';
  /** Whether it has priority over all other processes. */
  readonly isFirst: boolean;
  readonly #processes: readonly Process[];

  private constructor(kind: KnownDelay['kind'], processes: Process[], ready: Ready) {
    this.kind = kind;
    this.url = `http://127.0.0.1:${ready.port}`;
    this.isFirst = ready.isFirst;
    this.#processes = processes;
  }

  static async start({
    delayMs = 5,
    spreadMs = 0,
    judgedAfterMs = 250,
    isCompiled = process.env.JOURNEY_SERVER !== 'node',
    processes = 1,
  }: KnownDelayOptions = {}): Promise<KnownDelay> {
    const program = isCompiled && process.platform === 'linux' ? await compile() : undefined;
    if (program === undefined && processes > 1)
      throw new Error('Several processes on one port need the compiled service: install a C compiler.');
    const command = program === undefined ? [process.execPath, inNode] : [program];
    const first = Process.start(command);
    const ready = (await first.line()) as unknown as Ready;
    const all = [first];
    const service = new KnownDelay(program === undefined ? 'node' : 'compiled', all, ready);
    for (let number = 1; number < processes; number++) {
      const next = Process.start([...command, String(ready.port)]);
      all.push(next);
      await next.line();
    }
    for (const one of all) {
      await one.ask(`delay ${delayMs} ${spreadMs}`);
      await one.ask(`judge ${judgedAfterMs}`);
    }
    return service;
  }

  /** The measurements since the start or `reset`. Counts of several processes are added; percentiles are of the first. */
  async report(): Promise<Truth> {
    const [first, ...others] = (await Promise.all(
      this.#processes.map((one) => one.ask('report')),
    )) as unknown as [Truth, ...Truth[]];
    const sum = (read: (truth: Truth) => number) =>
      others.reduce((total, one) => total + read(one), read(first));
    return {
      ...first,
      seen: { ...first.seen, count: sum(({ seen }) => seen.count) },
      openConnections: sum((one) => one.openConnections),
      mostConnections: sum((one) => one.mostConnections),
      accepted: sum((one) => one.accepted),
      badRequests: sum((one) => one.badRequests),
      cpuMs: sum((one) => one.cpuMs),
    };
  }

  /** The counts so far; cheap enough during a run. */
  async counts(): Promise<Counts> {
    const all = (await Promise.all(this.#processes.map((one) => one.ask('count')))) as unknown as Counts[];
    const sum = (read: (counts: Counts) => number) => all.reduce((total, one) => total + read(one), 0);
    return {
      calls: sum(({ calls }) => calls),
      sessions: sum(({ sessions }) => sessions),
      events: sum(({ events }) => events),
      openConnections: sum(({ openConnections }) => openConnections),
    };
  }

  async reset(): Promise<void> {
    await Promise.all(this.#processes.map((one) => one.ask('reset')));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((one) => one.end()));
  }
}

/** The program, compiled once for each version of its source; undefined without a compiler. */
async function compile(): Promise<string | undefined> {
  const version = createHash('sha256')
    .update(await readFile(source))
    .digest('hex')
    .slice(0, 16);
  const program = join(cache, `known-delay-${version}`);
  if (existsSync(program)) return program;
  await mkdir(cache, { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  try {
    await run('cc', ['-O2', '-o', unfinished, source, '-lm']);
  } catch (error) {
    // A mistake in the source is not a missing compiler.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
  // Other processes may compile it at the same time, so only a complete file gets the name.
  await rename(unfinished, program);
  return program;
}

/** One process that answers each line on its stdin with one line of JSON. */
class Process {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.stderr.pipe(process.stderr);
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  static start([command, ...args]: readonly string[]): Process {
    const { NODE_OPTIONS: _, ...env } = process.env;
    return new Process(spawn(command!, args, { env }));
  }

  async line(): Promise<Record<string, unknown>> {
    const { value, done } = await this.#lines.next();
    if (done)
      throw new Error(`the known-delay service ended with ${this.#child.exitCode ?? this.#child.signalCode}`);
    return JSON.parse(value) as Record<string, unknown>;
  }

  /** Sends one command at a time, because answers have no ids. */
  ask(question: string): Promise<Record<string, unknown>> {
    const answer = this.#last.then(() => {
      this.#child.stdin.write(`${question}\n`);
      return this.line();
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, 'close');
    this.#child.stdin.end();
    await closed;
  }
}
