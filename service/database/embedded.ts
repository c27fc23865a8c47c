import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../child-environment.ts';
import { ownerName } from '../process-identity.ts';
import { StartError } from '../start-error.ts';
import { linkLibraries, nativeFolder } from './binaries.ts';

const KEEPER = fileURLToPath(new URL('./keeper.mjs', import.meta.url));

type Keeper = ChildProcessByStdio<Writable, Readable, null>;

/** Connections in addition to the pool, for the health check and for psql. */
const SPARE_CONNECTIONS = 10;

export type EmbeddedPostgres = {
  url: string;
  folder: string;
  pid: number;
  /** Resolves when the server has ended for any reason. */
  ended: Promise<unknown>;
};

/**
 * Starts a PostgreSQL server with an empty database. The server ends when `signal` aborts or this process ends for any
 * reason; see keeper.mjs.
 */
export async function startEmbeddedPostgres(options: {
  poolSize: number;
  signal: AbortSignal;
}): Promise<EmbeddedPostgres> {
  if (process.platform === 'win32') {
    throw new StartError(
      'The embedded PostgreSQL needs Linux or macOS. Set DATABASE_URL to a PostgreSQL server.',
    );
  }
  refuseNamelessUser();
  const native = nativeFolder();
  await linkLibraries(native);
  options.signal.throwIfAborted();

  const keeper = await startKeeper();
  const ended = once(keeper, 'exit');
  // `ended` reports a keeper that has ended, so its input may fail.
  keeper.stdin.on('error', () => keeper.kill());
  options.signal.addEventListener('abort', () => keeper.stdin.end());

  const password = randomBytes(24).toString('hex');
  const maxConnections = options.poolSize + SPARE_CONNECTIONS;
  keeper.stdin.write(
    `${JSON.stringify({ native, password, maxConnections, folderPrefix: folderPrefix() })}\n`,
  );
  const { folder, sockets, pid, error } = await firstLine(keeper.stdout);
  if (error || !folder || !sockets || !pid) {
    await ended;
    throw new StartError(`The embedded PostgreSQL did not start: ${error ?? 'its keeper ended'}`);
  }
  const url = `postgres://fullhouse:${password}@/postgres?host=${encodeURIComponent(sockets)}`;
  return { url, folder, pid, ended };
}

/** @throws {StartError} if the operating system cannot start a process */
async function startKeeper(): Promise<Keeper> {
  try {
    const keeper = spawn(process.execPath, [KEEPER], {
      detached: true,
      // PostgreSQL may run as another user, who can read the environment, so it contains no secret.
      env: childEnvironment(),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    // A process that failed to start has no pipes, and emits an event.
    if (keeper.pid === undefined) await once(keeper, 'spawn');
    return keeper;
  } catch (error) {
    throw new StartError(
      `The embedded PostgreSQL could not be started (${(error as Error).message}). Raise the limits of processes and open files (ulimit -u, ulimit -n), free memory, or set DATABASE_URL to a PostgreSQL server.`,
    );
  }
}

/** PostgreSQL needs the name of its user. Some containers run with a user id without a name. */
export function refuseNamelessUser(user: () => unknown = userInfo): void {
  try {
    user();
  } catch {
    throw new StartError(
      `The embedded PostgreSQL cannot run as user id ${process.geteuid?.()}, which has no name in /etc/passwd. Add the name there, run as another user, or set DATABASE_URL to a PostgreSQL server.`,
    );
  }
}

/**
 * The harness's form of temporary folder names (`<program>-<kind>.<owner>.`), so that its next run finds orphaned
 * folders.
 */
function folderPrefix(): string {
  return `fullhouse-postgres.${ownerName()}.`;
}

async function firstLine(
  stream: NodeJS.ReadableStream,
): Promise<{ folder?: string; sockets?: string; pid?: number; error?: string }> {
  for await (const line of createInterface(stream)) return JSON.parse(line);
  return {};
}
