import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** The holder touches its lock every 2 s: one that is older than this has lost its holder. */
const staleMs = 30_000;

/** Runs `work` while no other set-up of this checkout works; a lock whose holder is gone is taken over. */
export async function withLock(path, work, say = console.log) {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  while (!take(path)) {
    if (isStale(path)) takeOver(path);
    else {
      if (!told) say('Waiting for another set-up of this checkout …');
      told = true;
      await pause(100);
    }
  }
  // A machine that slept may wake up to find its lock taken over: what is no longer ours is left alone.
  const beat = setInterval(() => isOurs(path) && utimesSync(path, new Date(), new Date()), 2000);
  const release = () => isOurs(path) && rmSync(path, { force: true });
  // Also on process.exit, which runs no `finally`.
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.off('exit', release);
    release();
  }
}

function take(path) {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, JSON.stringify({ pid: process.pid, host: hostname() }));
    closeSync(file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

function isStale(path) {
  try {
    if (Date.now() - statSync(path).mtimeMs > staleMs) return true;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
  // Unreadable between its creation and its last byte: its age decides then.
  const holder = holderOf(path);
  return holder !== undefined && holder.host === hostname() && !isAlive(holder.pid);
}

function isOurs(path) {
  const holder = holderOf(path);
  return holder?.host === hostname() && holder.pid === process.pid;
}

function holderOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Removes a stale lock; of many that see it, one at a time looks again and removes it, so no new lock is lost. */
function takeOver(path) {
  const guard = `${path}.takeover`;
  if (!take(guard)) {
    if (isStale(guard)) rmSync(guard, { force: true });
    return;
  }
  try {
    if (isStale(path)) rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
