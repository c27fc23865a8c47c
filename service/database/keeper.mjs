/**
 * Runs a throwaway PostgreSQL server for exactly as long as another process lives. That process holds the other
 * end of this one's stdin; however it ends, SIGKILL included, the pipe closes, and the server and its folder go.
 * A process of its own in a session of its own: Ctrl-C in a terminal must not stop the database before the
 * service has finished its requests.
 *
 * This process can be killed too. Then a second one (guard.sh) stops the server and removes the folder; when the guard is
 * killed, this process does. When both are killed at once, Linux itself ends the server (PR_SET_PDEATHSIG), and the folder
 * stays. Its name says that its owner is gone, and the next run removes it.
 *
 * stdin: one line of JSON { native, password, maxConnections, folderPrefix }, then nothing until the end.
 * stdout: one line of JSON, { folder, sockets, pid } when the server accepts connections or { error } when it cannot.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const GUARD = fileURLToPath(new URL('./guard.sh', import.meta.url));
const STOP_PATIENCE_MS = 5_000;
const LOG_TAIL_LENGTH = 2_000;
/** The longest path of a socket in bytes: 107 on Linux, 103 on macOS. */
const MOST_SOCKET_BYTES = 103;
const SOCKET_NAME = '.s.PGSQL.5432';

process.title = 'fullhouse-postgres-keeper';
let stopping = false;
/** @type {import('node:child_process').ChildProcess | undefined} */
let child;
/** The end of what initdb and PostgreSQL had to say: the reason when something fails. */
let log = '';

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stop);
// The reader is gone: the end of stdin shows that as well.
process.stdout.on('error', stop);

/** What goes with the server. */
const folders = [];
/** @type {import('node:child_process').ChildProcess | undefined} */
let guard;
let exitCode = 0;
try {
  await serve(await readOrders());
} catch (error) {
  exitCode = 1;
  report({ error: `${error.message}\n${log}`.trim() });
} finally {
  await endGuard();
  // Left by a guard that was killed.
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(exitCode);
}

async function serve({ native, password, maxConnections, folderPrefix }) {
  const user = unprivilegedUser();
  // The folder is this user's own, so that the next run may remove it; what PostgreSQL writes to is below it.
  const folder = await makeFolder(tmpdir(), folderPrefix);
  if (user.uid !== undefined) await chmod(folder, 0o711);
  const sockets = await socketFolder(folder, folderPrefix);
  startGuard();
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user.uid !== undefined)
    for (const path of [data, sockets, passwordFile]) await chown(path, user.uid, user.gid);
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
  const inFolder = { ...user, cwd: folder };
  let binaries = join(native, 'bin');
  await run(join(binaries, 'initdb'), initdb, inFolder).catch(async (error) => {
    // Started by root from a folder that only root may enter, such as below /root.
    if (error.code !== 'EACCES') throw error;
    await cp(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
    binaries = join(folder, 'native', 'bin');
    await run(join(binaries, 'initdb'), initdb, inFolder);
  });
  await rm(passwordFile);
  const flags = [
    '-D',
    data,
    '-k',
    sockets,
    '-c',
    'listen_addresses=',
    '-c',
    `max_connections=${maxConnections}`,
    // In the folder, and not where the files of a server that was killed would stay in memory.
    '-c',
    'dynamic_shared_memory_type=mmap',
  ];
  const [program, ...args] = [...endingWithThisProcess(), join(binaries, 'postgres'), ...flags];
  await run(program, args, inFolder, () => report({ folder, sockets, pid: child?.pid }));
}

/** What starts a program so that the kernel interrupts it when this process ends; nothing where that is unknown. */
function endingWithThisProcess() {
  const command = ['setpriv', '--pdeathsig', 'INT'];
  return spawnSync(command[0], [...command.slice(1), 'true']).status === 0 ? command : [];
}

async function makeFolder(parent, prefix) {
  const path = await mkdtemp(join(parent, prefix));
  folders.push(path);
  return path;
}

/**
 * A socket in a folder instead of a port: nothing to collide with, and no other user can reach it. Where the temporary
 * folder has a path that is too long for a socket, it is in /tmp.
 */
async function socketFolder(folder, prefix) {
  const below = join(folder, 'sockets');
  if (Buffer.byteLength(join(below, SOCKET_NAME)) > MOST_SOCKET_BYTES) return makeFolder('/tmp', prefix);
  await mkdir(below, { mode: 0o700 });
  return below;
}

/** In its own session, so that what ends this process's group does not end it. */
function startGuard() {
  guard = spawn('/bin/sh', [GUARD, ...folders], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guard.stdin.on('error', () => undefined);
  // Without a guard, a kill of this process would leave the server behind.
  guard.on('error', stop).on('exit', stop);
}

/** It removes the folders. Waits for it: nothing of this database is left when this process ends. */
async function endGuard() {
  if (guard === undefined || guard.exitCode !== null || guard.signalCode !== null) return;
  const ended = once(guard, 'exit');
  guard.stdin.end();
  await ended.catch(() => undefined);
}

/** Settles with the end of the program: rejects for a failure, unless `stop` ended it. */
function run(program, args, options, onReady) {
  if (stopping) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const program_ = spawn(program, args, {
      ...options,
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = program_;
    guard?.stdin.write(`${program_.pid ?? ''}\n`);
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
      guard?.stdin.write('\n');
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
