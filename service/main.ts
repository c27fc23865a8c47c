import { composeApp, createApp } from './app.ts';
import { type Config, readConfig } from './config.ts';
import { startEmbeddedPostgres } from './database/embedded.ts';
import { migrate } from './database/migrate.ts';
import { makeOwnDatabase } from './database/own-database.ts';
import { openPool } from './database/pool.ts';
import { describeDefects } from './defects/catalogue.ts';
import { Lifecycle } from './lifecycle.ts';
import { listen } from './listen.ts';
import { disconnectEverybody } from './meetings/presence.ts';
import { watchOwner } from './owner.ts';
import { SignInLinks, serveSignIn } from './sign-in.ts';
import { ConfigError, StartError } from './start-error.ts';

const config = configOrExit();
const app = createApp(config, () => lifecycle.isEnding);
const lifecycle = new Lifecycle(app.log);

try {
  await start();
} catch (error) {
  // After a signal during the start, failures of the start are expected.
  if (!lifecycle.isEnding) {
    if (error instanceof StartError) console.error(error.message);
    else app.log.fatal({ err: error }, 'the service could not start');
  }
  await lifecycle.end('the start failed', 1);
}

async function start() {
  // This line does not depend on the log level.
  if (config.defects.size > 0) {
    console.error(`DAMAGED ON PURPOSE, FOR TESTS ONLY: ${describeDefects(config.defects)} (SERVICE_DEFECTS)`);
  }
  if (config.ownerPid) watchOwner(config.ownerPid, () => lifecycle.end('the owner is gone'));

  const url = config.databaseUrl ?? (await ownDatabase(config.databaseServerUrl));
  const pool = openPool(url, config.databasePoolSize, app.log);
  lifecycle.onEnd('database pool', () => pool.end());
  await migrate(pool).catch((error: Error) => {
    throw new StartError(
      `The database cannot be used: ${error.message}. Set DATABASE_URL to a running PostgreSQL.`,
    );
  });
  await disconnectEverybody(pool);

  lifecycle.onEnd('HTTP server', () => app.close());
  await composeApp(app, config, { pool, url });
  const links = SignInLinks.areFor(config) ? new SignInLinks() : undefined;
  if (links) serveSignIn(app, { pool, links });
  const address = await listen(app, config);
  if (lifecycle.isEnding) return;
  console.log(`meetings service ready at ${address}`);
  if (links) console.log(links.textFor(address));
}

/** Creates an empty database for this service, on the given server or on its own server. */
async function ownDatabase(serverUrl: string | undefined): Promise<string> {
  const url = serverUrl === undefined ? await embeddedDatabase() : await databaseOn(serverUrl);
  // The parent process may start a second service on the same database, so it gets the address if it listens.
  process.send?.({ databaseUrl: url });
  return url;
}

async function databaseOn(serverUrl: string): Promise<string> {
  const { name, url, drop } = await makeOwnDatabase(serverUrl);
  lifecycle.onEnd('database', drop);
  app.log.info({ database: name }, 'created the database');
  return url;
}

async function embeddedDatabase(): Promise<string> {
  const stop = new AbortController();
  const starting = startEmbeddedPostgres({ poolSize: config.databasePoolSize, signal: stop.signal });
  lifecycle.onEnd('embedded PostgreSQL', async () => {
    stop.abort();
    await (await starting.catch(() => undefined))?.ended;
  });
  const { url, folder, pid, ended } = await starting;
  app.log.info({ folder, postmasterPid: pid }, 'embedded PostgreSQL is ready');
  void ended.then(() => {
    if (lifecycle.isEnding) return;
    app.log.fatal('embedded PostgreSQL ended unexpectedly');
    void lifecycle.end('the database is gone', 1);
  });
  return url;
}

function configOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const mistake of error.mistakes) console.error(mistake);
    process.exit(1);
  }
}
