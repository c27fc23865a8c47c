import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { StartError } from '../start-error.ts';
import { linkLibraries, nativeFolder } from './binaries.ts';

const KEEPER = fileURLToPath(new URL('./keeper.mjs', import.meta.url));

/** Connections beside the pool: the health check, and somebody who looks with psql. */
const SPARE_CONNECTIONS = 10;

export type EmbeddedPostgres = {
  url: string;
  folder: string;
  pid: number;
  /** Resolves when the server is gone, asked or unasked. */
  ended: Promise<unknown>;
};

/**
 * Starts a PostgreSQL server with an empty database that lives until `signal` aborts or this process ends in
 * whatever way; see keeper.mjs.
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
  const native = nativeFolder();
  await linkLibraries(native);
  options.signal.throwIfAborted();

  const { NODE_OPTIONS: _, ...environment } = process.env;
  const keeper = spawn(process.execPath, [KEEPER], {
    detached: true,
    env: environment,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(keeper, 'exit');
  // A keeper that is gone has no use for its orders; `ended` says so.
  keeper.stdin.on('error', () => keeper.kill());
  options.signal.addEventListener('abort', () => keeper.stdin.end());

  const password = randomBytes(24).toString('hex');
  const maxConnections = options.poolSize + SPARE_CONNECTIONS;
  keeper.stdin.write(`${JSON.stringify({ native, password, maxConnections })}\n`);
  const { folder, pid, error } = await firstLine(keeper.stdout);
  if (error || !folder || !pid) {
    await ended;
    throw new StartError(`The embedded PostgreSQL did not start: ${error ?? 'its keeper ended'}`);
  }
  const url = `postgres://fullhouse:${password}@/postgres?host=${encodeURIComponent(folder)}`;
  return { url, folder, pid, ended };
}

async function firstLine(
  stream: NodeJS.ReadableStream,
): Promise<{ folder?: string; pid?: number; error?: string }> {
  for await (const line of createInterface(stream)) return JSON.parse(line);
  return {};
}
