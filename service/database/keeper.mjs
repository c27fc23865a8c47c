/**
 * Runs a throwaway PostgreSQL server for exactly as long as another process lives. That process holds the other
 * end of this one's stdin; however it ends, SIGKILL included, the pipe closes, and the server and its folder go.
 * A process of its own in a session of its own: Ctrl-C in a terminal must not stop the database before the
 * service has finished its requests.
 *
 * stdin: one line of JSON { native, password, maxConnections }, then nothing until the end.
 * stdout: one line of JSON, { folder, pid } when the server accepts connections or { error } when it cannot.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chown, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const STOP_PATIENCE_MS = 5_000;
const LOG_TAIL_LENGTH = 2_000;

process.title = 'fullhouse-postgres-keeper';
let stopping = false;
/** @type {import('node:child_process').ChildProcess | undefined} */
let child;
/** The end of what initdb and PostgreSQL had to say: the reason when something fails. */
let log = '';

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stop);
// Nobody left to read: the end of stdin says so as well.
process.stdout.on('error', stop);

const folder = await mkdtemp(join(tmpdir(), 'fullhouse-postgres-'));
let exitCode = 0;
try {
  await serve(await readOrders());
} catch (error) {
  exitCode = 1;
  report({ error: `${error.message}\n${log}`.trim() });
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(exitCode);
}

async function serve({ native, password, maxConnections }) {
  const user = unprivilegedUser();
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user.uid !== undefined) {
    await chown(folder, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  const initdb = [
    `--pgdata=${data}`,
    `--pwfile=${passwordFile}`,
    '--username=fullhouse',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    // The only deviation from durable defaults, and before there is data: a folder that a power cut hits during
    // initdb is never started. The server itself runs with fsync on.
    '--no-sync',
  ];
  let binaries = join(native, 'bin');
  await run(join(binaries, 'initdb'), initdb, user).catch(async (error) => {
    // Started by root from a folder that only root may enter, such as below /root.
    if (error.code !== 'EACCES') throw error;
    await cp(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
    binaries = join(folder, 'native', 'bin');
    await run(join(binaries, 'initdb'), initdb, user);
  });
  await rm(passwordFile);
  // A socket in the folder instead of a port: nothing to collide with, and nobody else can reach it.
  const flags = [
    '-D',
    data,
    '-k',
    folder,
    '-c',
    'listen_addresses=',
    '-c',
    `max_connections=${maxConnections}`,
  ];
  await run(join(binaries, 'postgres'), flags, user, () => report({ folder, pid: child?.pid }));
}

/** Ends with the program, well or badly; what `stop` ended ends well. */
function run(program, args, user, onReady) {
  if (stopping) return Promise.resolve();
  const environment = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return new Promise((resolve, reject) => {
    const program_ = spawn(program, args, {
      ...user,
      cwd: folder,
      env: { ...Object.fromEntries(environment), LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = program_;
    program_.stderr.setEncoding('utf8').on('data', (text) => {
      log = (log + text).slice(-LOG_TAIL_LENGTH);
      if (onReady && log.includes('ready to accept connections')) {
        onReady();
        onReady = undefined;
      }
    });
    program_.on('error', reject);
    program_.on('close', (code, signal) => {
      child = undefined;
      if (code === 0 || stopping) resolve(undefined);
      else reject(new Error(`${program} ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}

function stop() {
  if (stopping) return;
  stopping = true;
  const last = child;
  last?.kill('SIGINT');
  setTimeout(() => last?.kill('SIGQUIT'), STOP_PATIENCE_MS).unref();
}

function readOrders() {
  return new Promise((resolve, reject) => {
    let text = '';
    process.stdin.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      if (text.endsWith('\n')) resolve(JSON.parse(text));
    });
    process.stdin.on('error', stop).on('end', () => {
      stop();
      reject(new Error('The service ended before it gave its orders.'));
    });
  });
}

/** PostgreSQL refuses to run as root; then an account that every system has is enough for a throwaway server. */
function unprivilegedUser() {
  if (process.getuid?.() !== 0) return {};
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const account =
    accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody');
  if (!account)
    throw new Error('PostgreSQL must not run as root, and there is no user "postgres" or "nobody".');
  return { uid: Number(account[2]), gid: Number(account[3]) };
}

function report(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
