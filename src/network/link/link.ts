import { fileURLToPath } from 'node:url';
import { UserError } from '../../kernel/errors.ts';
import { AskedProcess } from '../asked-process.ts';
import type { Commands } from './messages.ts';
import { Path } from './path.ts';
import { readUpstream, serverOf } from './upstream.ts';

const MAIN = fileURLToPath(new URL('./proxy/main.ts', import.meta.url));
const TYPESCRIPT = import.meta.resolve('tsx');

export interface LinkOptions {
  /** Where paths lead by default: `http://127.0.0.1:3002`. */
  readonly upstream?: string;
  /** The same seed makes the same decisions about loss and jitter, for each path, connection and direction. */
  readonly seed: string | number;
}

/**
 * The route from participants to the service: a TCP proxy in its own process, which ends with the process that started
 * it. HTTP, polling and WebSocket pass as bytes through a path's own listener on loopback.
 */
export class Link implements AsyncDisposable {
  readonly #process: AskedProcess<Commands>;
  readonly #upstream: string | undefined;

  private constructor(process: AskedProcess<Commands>, upstream: string | undefined) {
    this.#process = process;
    this.#upstream = upstream;
  }

  /** The process that carries the bytes. */
  get pid(): number {
    return this.#process.pid;
  }

  static async start({ upstream, seed }: LinkOptions): Promise<Link> {
    if (upstream !== undefined) readUpstream(upstream);
    const process = await AskedProcess.start<Commands>({
      name: 'The link',
      main: MAIN,
      args: [String(seed)],
      execArgv: ['--import', TYPESCRIPT],
    });
    return new Link(process, upstream);
  }

  /**
   * `service`: the service's own address, if its name does not lead to `upstream`.
   * @throws {UserError} if the name is taken, or the link is closed
   */
  async open(
    name: string,
    { upstream = this.#upstream, service }: { upstream?: string; service?: string } = {},
  ): Promise<Path> {
    if (upstream === undefined)
      throw new UserError(`Path "${name}" has no upstream. Give one, like http://127.0.0.1:3002.`);
    const { protocol, ...address } = readUpstream(upstream);
    const { port } = await this.#process.ask({
      type: 'open',
      path: name,
      upstream: address,
      ...(service === undefined ? {} : { service: serverOf(service) }),
    });
    return new Path(name, `${protocol}//127.0.0.1:${port}`, this.#process);
  }

  /** Ends the process, with all paths. */
  async close(): Promise<void> {
    await this.#process.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
