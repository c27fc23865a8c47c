/**
 * Runs a temporary PostgreSQL server as long as another process (the owner) lives. The owner holds the other end of
 * this process's stdin. When the owner ends, also by SIGKILL, the pipe closes, and this process removes the server and
 * its folder. It runs in its own session, because Ctrl-C in a terminal must not stop the database before the service
 * has finished its requests.
 *
 * If this process is killed, a second process (guard.sh) stops the server and removes the folder. If the guard is
 * killed, this process does it. If both are killed at once, Linux ends the server (PR_SET_PDEATHSIG), and the folder
 * stays. The next run removes it, because its name shows that its owner has ended.
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
/** The end of the output of initdb and PostgreSQL, which has the reason of a failure. */
let log = '';

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stop);
// An error means that the owner has ended, which the end of stdin also shows.
process.stdout.on('error', stop);

/** The folders to remove with the server. */
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
  // A killed guard leaves the folders.
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(exitCode);
}

async function serve({ native, password, maxConnections, folderPrefix }) {
  const user = unprivilegedUser();
  // The folder belongs to this user, so that the next run may remove it. PostgreSQL writes below it.
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
    // initdb need not be durable, because a folder that it did not finish is never used. The server runs with fsync.
    '--no-sync',
  ];
  const inFolder = { ...user, cwd: folder };
  let binaries = join(native, 'bin');
  await run(join(binaries, 'initdb'), initdb, inFolder).catch(async (error) => {
    // Root may have started this process in a folder that only root may enter, such as /root.
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
    // Shared memory is in the folder. In /dev/shm, the files of a killed server would stay in memory.
    '-c',
    'dynamic_shared_memory_type=mmap',
  ];
  const [program, ...args] = [...endingWithThisProcess(), join(binaries, 'postgres'), ...flags];
  await run(program, args, inFolder, () => report({ folder, sockets, pid: child?.pid }));
}

/** The command that lets the kernel interrupt a program when this process ends; empty if the system has none. */
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
 * A folder for the socket. A socket cannot collide like a port, and other users cannot reach it. The folder is in /tmp
 * if the path of the temporary folder is too long for a socket.
 */
async function socketFolder(folder, prefix) {
  const below = join(folder, 'sockets');
  if (Buffer.byteLength(join(below, SOCKET_NAME)) > MOST_SOCKET_BYTES) return makeFolder('/tmp', prefix);
  await mkdir(below, { mode: 0o700 });
  return below;
}

/** Starts the guard in its own session, so that a signal to this process's group does not end it. */
function startGuard() {
  guard = spawn('/bin/sh', [GUARD, ...folders], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guard.stdin.on('error', () => undefined);
  // Without a guard, the server would survive a kill of this process.
  guard.on('error', stop).on('exit', stop);
}

/** Lets the guard remove the folders, and waits for its end. */
async function endGuard() {
  if (guard === undefined || guard.exitCode !== null || guard.signalCode !== null) return;
  const ended = once(guard, 'exit');
  guard.stdin.end();
  await ended.catch(() => undefined);
}

/** Settles at the end of the program. Rejects for a failure, unless `stop` ended it. */
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
      reject(new Error('The service ended before it sent the settings of the database.'));
    });
  });
}

/** The user for PostgreSQL if this process runs as root, because PostgreSQL refuses to run as root. */
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
