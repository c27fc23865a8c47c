import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** These figures come from /proc, so they need Linux. */
const TICK_MS = 10;

/** A program that was started for one measurement. */
interface Followed {
  /** Its output so far. */
  readonly output: () => string;
  readonly closed: Promise<unknown>;
  /** Aborts when it has ended. */
  readonly ended: AbortSignal;
  /** Removes the limits after the end. */
  release(): void;
}

/** Collects the output of a program, which is killed after its time limit and with this process. */
export function follow(child: ChildProcess, kill: () => void, atMostS: number): Followed {
  process.once('exit', kill);
  const timer = setTimeout(kill, atMostS * 1000);
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const closed = once(child, 'close');
  const ended = new AbortController();
  void closed.then(() => ended.abort());
  const release = () => {
    clearTimeout(timer);
    process.off('exit', kill);
  };
  return { output: () => output, closed, ended: ended.signal, release };
}

/** CPU time of a process with all its threads, in ms; undefined when it has ended. */
export function cpuOf(pid: number): number | undefined {
  const fields = statOf(pid)?.split(' ');
  return fields && (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The descendants of this process, with their command lines. */
export function descendantsOf(pid: number): Map<number, string> {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const parent = /^\d+$/.test(entry) ? Number(statOf(Number(entry))?.split(' ')[1]) : 0;
    if (parent > 0) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const found = new Map<number, string>();
  const visit = (parent: number) => {
    for (const child of children.get(parent) ?? []) {
      found.set(child, read(`${child}/cmdline`).replaceAll('\0', ' '));
      visit(child);
    }
  };
  visit(pid);
  return found;
}

/**
 * Measures the use of the processors by other processes from now on, in cores: all use except that of this process and of
 * the living processes that were passed to `look`.
 */
export function watchOthers(): { look(ours: readonly number[]): void; cores(): number } {
  const startedAt = performance.now();
  const busyBefore = busyMs();
  const ownBefore = process.cpuUsage();
  const first = new Map<number, number>();
  const latest = new Map<number, number>();
  return {
    look(ours) {
      const isFirst = latest.size === 0;
      for (const pid of ours) {
        const ms = cpuOf(pid);
        if (ms === undefined) continue;
        // For a process that is older than this measurement, the earlier use does not count.
        if (!first.has(pid)) first.set(pid, isFirst ? ms : 0);
        latest.set(pid, ms);
      }
    },
    cores() {
      const { user, system } = process.cpuUsage(ownBefore);
      let oursMs = (user + system) / 1000;
      for (const [pid, ms] of latest) oursMs += ms - first.get(pid)!;
      return Math.max(0, (busyMs() - busyBefore - oursMs) / (performance.now() - startedAt));
    },
  };
}

function busyMs(): number {
  return cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);
}

/** The fields of /proc/<pid>/stat after the name, which may contain any character. */
function statOf(pid: number): string | undefined {
  const stat = read(`${pid}/stat`);
  const end = stat.lastIndexOf(')');
  return end < 0 ? undefined : stat.slice(end + 2);
}

function read(path: string): string {
  try {
    return readFileSync(join('/proc', path), 'utf8');
  } catch {
    return ''; // the process has ended
  }
}
