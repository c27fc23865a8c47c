/**
 * Runs the commands that stop and start an attached service, for exactly as long as another process lives. What was
 * stopped and not started again is owed: however that process ends, SIGKILL included, the channel to it closes, and what
 * is owed is done. A session of its own: Ctrl-C in a terminal must not end a command half-way.
 *
 * asked: { id, name, command, withinMs, owes? }, where `owes` is { name, command, withinMs } to be run before the end. A command
 * that succeeds pays what was owed under its name.
 * answered: { id, code, timedOut, output, tookMs }; code is null after a signal.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KEPT_OUTPUT = 2000;

process.title = 'fullhouse-hook-keeper';
/** @type {Map<string, { name: string, command: string, withinMs: number }>} */
const owed = new Map();
/** One command after the other: a start must not overtake its stop. */
let queue = Promise.resolve();

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => undefined);

process.on('message', (asked) => {
  queue = queue.then(async () => {
    if (asked.owes) owed.set(asked.owes.name, asked.owes);
    const answer = await run(asked);
    if (answer.code === 0) owed.delete(asked.name);
    if (process.connected) process.send({ id: asked.id, ...answer }, () => undefined);
  });
});

process.on('disconnect', () => {
  queue = queue.then(async () => {
    for (const debt of [...owed.values()].reverse()) await run(debt);
    process.exit(0);
  });
});

function run({ command, withinMs }) {
  // Into a file, and not a pipe: what a command leaves running may go on writing when nobody reads any more.
  const folder = mkdtempSync(join(tmpdir(), 'fullhouse-hook-'));
  const path = join(folder, 'output');
  const output = openSync(path, 'w');
  const startedAt = performance.now();
  return new Promise((resolve) => {
    // A group of its own, so that a command that hangs is ended with its children.
    const child = spawn('sh', ['-c', command], { detached: true, stdio: ['ignore', output, output] });
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        child.kill('SIGKILL'); // the group is gone already
      }
    }, withinMs);
    const end = (code, failure = '') => {
      clearTimeout(timer);
      const written = readFileSync(path, 'utf8') + failure;
      closeSync(output);
      rmSync(folder, { recursive: true, force: true });
      resolve({ code, timedOut, output: written.slice(-KEPT_OUTPUT), tookMs: performance.now() - startedAt });
    };
    child.once('error', (error) => end(null, error.message));
    child.once('exit', (code) => end(code));
  });
}
