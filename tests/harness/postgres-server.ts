import { startEmbeddedPostgres } from '../../service/database/embedded.ts';

/** For the services of all workers and whole runs at once, each with a pool of its own. */
const CONNECTIONS = 300;

/**
 * One PostgreSQL server for all that the tests start: each service makes a database of its own on it, which takes a
 * tenth of the time of a server of its own. The server ends with this process, whatever happens to it.
 */
export default async function postgresServer(): Promise<(() => Promise<void>) | undefined> {
  // The user has a server, or this system has no packaged server.
  if (process.env.DATABASE_SERVER_URL || process.platform === 'win32') return undefined;
  const stop = new AbortController();
  const { url, ended } = await startEmbeddedPostgres({ poolSize: CONNECTIONS, signal: stop.signal });
  process.env.DATABASE_SERVER_URL = url;
  return async () => {
    stop.abort();
    await ended;
  };
}
