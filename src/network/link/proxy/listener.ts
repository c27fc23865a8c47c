import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { BUFFER_BYTES } from './connection.ts';

const HOST = '127.0.0.1';
const LISTEN_AGAIN_MS = 5000;

/**
 * A port that can refuse connections and accept them again. While it refuses, it has no listener, so the kernel answers as
 * for any closed port. A connection that is bound to the port keeps the port from other programs.
 */
export class Listener {
  readonly port: number;
  readonly #accept: (socket: Socket) => void;
  readonly #parkingPort: number;
  #server: Server | undefined;
  #keeper: Socket | undefined;
  #turn: Promise<void> = Promise.resolve();

  private constructor(server: Server, accept: (socket: Socket) => void, parkingPort: number) {
    this.#server = server;
    this.#accept = accept;
    this.#parkingPort = parkingPort;
    this.port = (server.address() as AddressInfo).port;
  }

  /** @param parkingPort the port of a listener for the connections that keep ports */
  static async open(accept: (socket: Socket) => void, parkingPort: number): Promise<Listener> {
    return new Listener(await listen(accept, 0), accept, parkingPort);
  }

  /** Resolves when the change has taken effect. Calls take effect one after the other. */
  setRefusing(refuses: boolean): Promise<void> {
    const turn = this.#turn.then(() => (refuses ? this.#refuse() : this.#acceptAgain()));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async close(): Promise<void> {
    await this.#turn;
    this.#server?.close();
    this.#keeper?.destroy();
  }

  async #refuse(): Promise<void> {
    if (!this.#server) return;
    this.#server.close();
    this.#server = undefined;
    const keeper = connect({ host: HOST, port: this.#parkingPort, localAddress: HOST, localPort: this.port });
    keeper.on('error', () => undefined);
    this.#keeper = keeper;
    await new Promise<void>((resolve) => {
      keeper.once('connect', resolve);
      // After a failed connect, the port is not kept; it is probably still free later.
      keeper.once('close', () => resolve());
    });
  }

  async #acceptAgain(): Promise<void> {
    if (this.#server) return;
    const endsAt = performance.now() + LISTEN_AGAIN_MS;
    while (!this.#server) {
      try {
        this.#server = await listen(this.#accept, this.port);
      } catch (error) {
        if (performance.now() > endsAt) throw error;
        await pause(20);
      }
    }
    // RST leaves no state; a FIN would block the port for a minute.
    this.#keeper?.resetAndDestroy();
    this.#keeper = undefined;
  }
}

export async function listen(accept: (socket: Socket) => void, port: number): Promise<Server> {
  const options = { allowHalfOpen: true, noDelay: true, highWaterMark: BUFFER_BYTES };
  const server = createServer(options, accept);
  server.listen({ host: HOST, port, backlog: 4096 });
  await once(server, 'listening');
  return server;
}
