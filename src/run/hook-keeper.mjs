/**
 * Runs the commands that stop and start an attached service, as long as its owner process lives. A command that starts
 * a stopped part again is owed: when the owner ends, even by SIGKILL, the channel to it closes, and the owed commands
 * run. This process has its own session, because Ctrl-C in a terminal must not end a command half-way.
 *
 * Request: { id, name, command, withinMs, record?, owes? }, where `owes` is a command { name, command, withinMs } to
 * run before the end. A command that succeeds is no longer owed. `record` is a folder that lists the owed commands: if
 * this process and its owner are killed at once, the next run finds it. Answer: { id, code, timedOut, output, tookMs };
 * code is null after a signal.
 */
import { spawn } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KEPT_OUTPUT = 2000;

process.title = 'fullhouse-hook-keeper';
/** @type {Map<string, { name: string, command: string, withinMs: number }>} */
const owed = new Map();
/** @type {string | undefined} */
let record;
/** Commands run one after the other, so that a start does not overtake its stop. */
let queue = Promise.resolve();

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => undefined);

process.on('message', (asked) => {
  queue = queue.then(async () => {
    record = asked.record;
    if (asked.owes) owed.set(asked.owes.name, asked.owes);
    writeDown();
    const answer = await run(asked);
    if (answer.code === 0) owed.delete(asked.name);
    writeDown();
    if (process.connected) process.send({ id: asked.id, ...answer }, () => undefined);
  });
});

process.on('disconnect', () => {
  queue = queue.then(async () => {
    for (const debt of [...owed.values()].reverse()) {
      if ((await run(debt)).code === 0) owed.delete(debt.name);
      writeDown();
    }
    process.exit(0);
  });
});

/** Writes the owed commands to disk before anything is stopped. The commands run even if the write fails. */
function writeDown() {
  if (record === undefined) return;
  try {
    if (owed.size === 0) return rmSync(record, { recursive: true, force: true });
    mkdirSync(record, { recursive: true, mode: 0o700 });
    writeFileSync(join(record, 'owed.json'), JSON.stringify([...owed.keys()]));
  } catch {
    // for example a full disk
  }
}

function run({ command, withinMs }) {
  const output = namelessFile();
  const startedAt = performance.now();
  return new Promise((resolve) => {
    // A separate process group, so that a hanging command is ended with its children.
    const child = spawn('sh', ['-c', command], { detached: true, stdio: ['ignore', output, output] });
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        child.kill('SIGKILL'); // the group has ended already
      }
    }, withinMs);
    const end = (code, failure = '') => {
      clearTimeout(timer);
      const written = endOf(output) + failure;
      closeSync(output);
      resolve({ code, timedOut, output: written.slice(-KEPT_OUTPUT), tookMs: performance.now() - startedAt });
    };
    child.once('error', (error) => end(null, error.message));
    child.once('exit', (code) => end(code));
  });
}

/**
 * A file for output, not a pipe: leftover processes of a command may continue to write without a reader. Its name is
 * removed at once, so that no file remains after this process.
 */
function namelessFile() {
  const folder = mkdtempSync(join(tmpdir(), 'fullhouse-hook-'));
  try {
    return openSync(join(folder, 'output'), 'w+');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The end of a file, because a command may have written for a minute. Its first character may be incomplete. */
function endOf(file) {
  const { size } = fstatSync(file);
  const bytes = Buffer.alloc(Math.min(size, 4 * KEPT_OUTPUT));
  const count = readSync(file, bytes, 0, bytes.length, size - bytes.length);
  return bytes.toString('utf8', 0, count);
}
