import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { seeded } from '../../../../src/kernel/random.ts';

/** A service of plain connections: a test has both ends, and sees the effect of a link on the bytes between them. */
export class ByteService implements AsyncDisposable {
  readonly #server: Server;
  readonly #accepted: Socket[] = [];
  readonly #clients: Socket[] = [];

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      socket.on('error', () => undefined);
      this.#accepted.push(socket);
    });
  }

  static async start(): Promise<ByteService> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ByteService(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The number of connections that the service has accepted. */
  get accepted(): number {
    return this.#accepted.length;
  }

  /** The participant's end of a new connection, which the service may never see. */
  async client({ url }: { url: string }): Promise<Socket> {
    const client = connect({
      port: Number(new URL(url).port),
      host: '127.0.0.1',
      allowHalfOpen: true,
      noDelay: true,
    });
    client.on('error', () => undefined);
    this.#clients.push(client);
    await once(client, 'connect');
    return client;
  }

  /** Both ends of a new connection, after the service has accepted it. */
  async pair(path: { url: string }): Promise<{ client: Socket; service: Socket }> {
    const next = this.#accepted.length;
    const client = await this.client(path);
    while (this.#accepted.length <= next) await once(this.#server, 'connection');
    return { client, service: this.#accepted[next]! };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of [...this.#clients, ...this.#accepted]) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Sends this number of non-repeating bytes in pieces of random length, as fast as the other end reads them. */
export async function sendStream(socket: Socket, bytes: number, seed: string): Promise<string> {
  const random = seeded(seed);
  const key = createHash('md5').update(seed).digest();
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  const hash = createHash('sha256');
  for (let sent = 0; sent < bytes; ) {
    // Mostly short pieces, some with many segments.
    const length = Math.min(bytes - sent, 1 + Math.floor(random() ** 4 * 200_000));
    const piece = cipher.update(Buffer.alloc(length));
    hash.update(piece);
    sent += length;
    if (!socket.write(piece)) await once(socket, 'drain');
  }
  socket.end();
  return hash.digest('hex');
}

/** The hash of all bytes until the end of the stream; `onBytes` gets the number of bytes so far. */
export async function receiveStream(socket: Socket, onBytes?: (received: number) => void): Promise<string> {
  const hash = createHash('sha256');
  let received = 0;
  socket.on('data', (chunk) => {
    hash.update(chunk);
    received += chunk.length;
    onBytes?.(received);
  });
  await once(socket, 'end');
  return hash.digest('hex');
}

/** Waits for the next `text`, in any number of pieces. Resolves with the time at which it was complete. */
export function arrivalOf(text: string, socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    let soFar = '';
    const stop = () => socket.off('data', listen).off('close', closed);
    const closed = () => reject(new Error(`closed before ${JSON.stringify(text)} arrived`));
    const listen = (chunk: Buffer) => {
      soFar += chunk.toString('latin1');
      if (soFar.length < text.length) return;
      stop();
      if (soFar === text) resolve(performance.now());
      else reject(new Error(`expected ${JSON.stringify(text)}, got ${JSON.stringify(soFar.slice(0, 200))}`));
    };
    socket.on('data', listen).on('close', closed);
  });
}

/** How a connection ended: 'end' by FIN, or the code of its error. */
export function endOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    if (socket.readableEnded) resolve('end');
    socket.once('end', () => resolve('end'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.resume();
  });
}
