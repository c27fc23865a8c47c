import { UserError } from '../../kernel/errors.ts';
import { nodeOptions, ownModule } from '../../kernel/folders.ts';
import { AskedProcess } from '../asked-process.ts';
import type { Commands } from './messages.ts';
import { Path } from './path.ts';
import { readUpstream, serverOf } from './upstream.ts';

export interface LinkOptions {
  /** The default destination of paths: `http://127.0.0.1:3002`. */
  readonly upstream?: string;
  /** The same seed makes the same decisions about loss and jitter, for each path, connection and direction. */
  readonly seed: string | number;
}

/**
 * The route from participants to the service: a TCP proxy in a separate process, which ends with the process that started
 * it. Each path has a listener on loopback, which forwards the bytes of HTTP, polling and WebSocket.
 */
export class Link implements AsyncDisposable {
  readonly #process: AskedProcess<Commands>;
  readonly #upstream: string | undefined;

  private constructor(process: AskedProcess<Commands>, upstream: string | undefined) {
    this.#process = process;
    this.#upstream = upstream;
  }

  /** The id of the process of the proxy. */
  get pid(): number {
    return this.#process.pid;
  }

  /** @internal */
  static async start({ upstream, seed }: LinkOptions): Promise<Link> {
    if (upstream !== undefined) readUpstream(upstream);
    const process = await AskedProcess.start<Commands>({
      name: 'The link',
      main: ownModule('src/network/link/proxy/main'),
      args: [String(seed)],
      execArgv: nodeOptions(),
    });
    return new Link(process, upstream);
  }

  /**
   * @param service the address of the service, if it differs from `upstream`
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

  /** Ends the process and all its paths. */
  async close(): Promise<void> {
    await this.#process.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
