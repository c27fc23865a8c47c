import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { UserError } from '../kernel/errors.ts';

/** `postgres://user:password@` `host:port` `/name` `?host=…` */
const ADDRESS =
  /^(?<user>postgres(?:ql)?:\/\/(?:[^@/?]*@)?)(?<host>[^/?]*)(?<name>\/[^?]*)?(?:\?(?<query>.*))?$/;

const STANDARD_PORT = 5432;

type Target = { readonly path: string } | { readonly host: string; readonly port: number };

/**
 * A route to a PostgreSQL server. A cut of the route looks like a stopped server: open connections are reset, and new ones
 * are refused. The server itself continues, because others may use it.
 */
export class DatabasePath implements AsyncDisposable {
  /** The address of the database over this route; a secret, like the other address. */
  readonly url: string;
  readonly #target: Target;
  readonly #port: number;
  readonly #clients = new Set<Socket>();
  #server: Server;

  private constructor(server: Server, address: string) {
    const { user, name = '', query = '' } = partsOf(address);
    this.#server = server;
    this.#target = targetOf(address);
    this.#port = (server.address() as AddressInfo).port;
    const options = new URLSearchParams(query);
    for (const option of ['host', 'port']) options.delete(option);
    const rest = options.size > 0 ? `?${options}` : '';
    this.url = `${user}127.0.0.1:${this.#port}${name}${rest}`;
    server.on('connection', this.#carry);
  }

  /** The server listens on a port, or on a socket in a folder. */
  static async open(address: string): Promise<DatabasePath> {
    partsOf(address);
    return new DatabasePath(await listening(0), address);
  }

  /** Returns the number of connections that were reset. */
  async cut(): Promise<number> {
    const server = this.#server;
    const closed = server.listening ? once(server, 'close') : undefined;
    if (closed) server.close();
    const clients = [...this.#clients];
    for (const client of clients) client.resetAndDestroy();
    await closed;
    return clients.length;
  }

  /** Has no effect when the route is not cut. */
  async heal(): Promise<void> {
    if (this.#server.listening) return;
    this.#server = await listening(this.#port);
    this.#server.on('connection', this.#carry);
  }

  async close(): Promise<void> {
    await this.cut();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // An arrow function, because it is the listener of each server.
  readonly #carry = (client: Socket): void => {
    const target = this.#target;
    const server = 'path' in target ? connect(target.path) : connect(target.port, target.host);
    this.#clients.add(client);
    client.setNoDelay(true).pipe(server).pipe(client);
    // An end or an error on one side ends the other side too; `close` follows an error.
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => other.destroy());
    }
    client.on('close', () => this.#clients.delete(client));
  };
}

function partsOf(address: string) {
  const parts = ADDRESS.exec(address)?.groups;
  if (!parts)
    throw new UserError(
      'The address of the database is invalid. Write it like postgres://user:password@host:5432/name.',
    );
  return parts as { user: string; host: string; name?: string; query?: string };
}

function targetOf(address: string): Target {
  const { host, query } = partsOf(address);
  const options = new URLSearchParams(query);
  const [, name = '', port = options.get('port') ?? String(STANDARD_PORT)] =
    /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  const given = decodeURIComponent(name) || options.get('host') || 'localhost';
  if (given.startsWith('/')) return { path: join(given, `.s.PGSQL.${port}`) };
  return { host: given.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

async function listening(port: number): Promise<Server> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
