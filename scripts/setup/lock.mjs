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

/** The age of a stale lock. The holder touches its lock every 2 s. */
const staleMs = 30_000;

/** Runs `work` while no other set-up of this checkout works. Takes over a stale lock. */
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
  // After a sleep of the machine, another set-up may own the lock. This set-up must then not touch it.
  const beat = setInterval(() => isOurs(path) && utimesSync(path, new Date(), new Date()), 2000);
  const release = () => isOurs(path) && rmSync(path, { force: true });
  // process.exit runs no `finally`, so this event releases the lock.
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
  // A new lock may be incomplete and unreadable. Its age then decides.
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

/**
 * Removes a stale lock. A second lock lets one set-up at a time check again and remove it, so that no new lock is lost.
 */
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
