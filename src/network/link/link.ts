import { UserError } from '../../kernel/errors.ts';
import { LinkProcess } from './link-process.ts';
import { Path } from './path.ts';
import { readUpstream, serverOf } from './upstream.ts';

export interface LinkOptions {
  /** Where paths lead to unless they say otherwise: `http://127.0.0.1:3002`. */
  readonly upstream?: string;
  /** The same seed makes the same decisions of loss and jitter, per path, connection and direction. */
  readonly seed: string | number;
}

/**
 * The way from participants to the service: a TCP proxy in a process of its own, which ends with whoever started it.
 * HTTP, polling and WebSocket pass as bytes through a path's own listener on loopback.
 */
export class Link implements AsyncDisposable {
  readonly #process: LinkProcess;
  readonly #upstream: string | undefined;

  private constructor(process: LinkProcess, upstream: string | undefined) {
    this.#process = process;
    this.#upstream = upstream;
  }

  /** The process that carries the bytes. */
  get pid(): number {
    return this.#process.pid;
  }

  static async start({ upstream, seed }: LinkOptions): Promise<Link> {
    if (upstream !== undefined) readUpstream(upstream);
    return new Link(await LinkProcess.start(String(seed)), upstream);
  }

  /**
   * `service`: the service's own address, where its name leads elsewhere than to `upstream` or nowhere.
   * @throws UserError when the name is taken, or the link is closed
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

  /** Ends its process, with all paths. */
  async close(): Promise<void> {
    await this.#process.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
