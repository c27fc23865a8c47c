import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { isGone, ownerIn, ownerName } from '../process-identity.ts';
import { StartError } from '../start-error.ts';

/** The part of a PostgreSQL address that names the database: `postgres://user:password@host/NAME?…`. */
const DATABASE_NAME = /^(postgres(?:ql)?:\/\/[^/?]*)(?:\/[^?]*)?/;

/** `fullhouse_<owner>_<eight digits>`. The owner has no dots and hyphens, so that the name needs no quotes. */
const OWNED_NAME = /^fullhouse_(?<place>[0-9a-f]{8})_(?<pid>\d+)_(?<since>[0-9a-f_]+)_[0-9a-f]{8}$/;

const PATIENCE_MS = 10_000;

export interface OwnDatabase {
  readonly name: string;
  readonly url: string;
  /** Removes the database, also while connections are open. */
  drop(): Promise<void>;
}

/**
 * Creates an empty database on a running server, which takes a tenth of the time to start a server. Removes the
 * databases of killed services first.
 * @throws {StartError} if the server is unreachable or refuses
 */
export async function makeOwnDatabase(serverUrl: string): Promise<OwnDatabase> {
  const owner = ownerName().replace(/[.-]/g, '_');
  const name = `fullhouse_${owner}_${randomBytes(4).toString('hex')}`;
  await onServer(serverUrl, async (client) => {
    await dropOrphans(client);
    await client.query(`create database ${name}`);
  }).catch((error: Error) => {
    throw new StartError(
      `No database could be created: ${error.message}. Set DATABASE_SERVER_URL to a running server and a user who may create databases.`,
    );
  });
  return {
    name,
    url: serverUrl.replace(DATABASE_NAME, `$1/${name}`),
    drop: () =>
      onServer(serverUrl, async (client) => {
        await client.query(dropping(name));
      }),
  };
}

/** Whether the process that created the database has certainly ended. */
function isOrphan(name: string): boolean {
  const { place, pid, since } = OWNED_NAME.exec(name)?.groups ?? {};
  const owner = ownerIn(`${place}.${pid}.${since?.replace('_', '-')}`);
  return owner !== undefined && isGone(owner);
}

async function dropOrphans(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    String.raw`select datname as name from pg_database where datname like 'fullhouse\_%'`,
  );
  for (const { name } of rows) {
    // The statement fails if another starting service removed the database first, or if it belongs to another user.
    if (isOrphan(name)) await client.query(dropping(name)).catch(() => undefined);
  }
}

const dropping = (name: string) => `drop database if exists ${name} with (force)`;

async function onServer(serverUrl: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({
    connectionString: serverUrl,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
  });
  // The statement reports a server that ends.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
