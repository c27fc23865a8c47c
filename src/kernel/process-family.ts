import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts in hundredths of a second on all architectures of Node.js (USER_HZ). */
const TICK_MS = 10;

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Its CPU time, in ms. */
  readonly ms: number;
  /** The CPU time of its descendants that have ended, in ms. */
  readonly endedMs: number;
}

/**
 * The CPU time of a process and its living descendants, in ms; undefined without /proc. `withEnded` adds the time of ended
 * descendants: then it never decreases while the process lives.
 */
export function familyTime(pid: number, { withEnded = false } = {}): number | undefined {
  const family = familyOf(pid);
  if (family.length === 0) return undefined;
  return family.reduce((sum, { ms, endedMs }) => sum + ms + (withEnded ? endedMs : 0), 0);
}

/**
 * The memory of a process and its descendants in bytes (PSS: shared memory counts once, in parts). Undefined if the kernel
 * does not report it. The kernel reads all their pages for it, so call it seldom.
 */
export function familyMemory(pid: number): number | undefined {
  let bytes: number | undefined;
  for (const member of familyOf(pid)) {
    const pss = /^Pss:\s+(\d+) kB/m.exec(readIfThere(`/proc/${member.pid}/smaps_rollup`) ?? '')?.[1];
    if (pss !== undefined) bytes = (bytes ?? 0) + Number(pss) * 1024;
  }
  return bytes;
}

/** The threads of a process and of its descendants; empty without /proc. */
export function familyThreads(pid: number): number[] {
  return familyOf(pid).flatMap((member) => numbersIn(`/proc/${member.pid}/task`));
}

export function childIds(pid: number): number[] {
  return processes().flatMap((one) => (one.parent === pid ? [one.pid] : []));
}

/** The program of a process and its arguments; empty for a process that has ended. */
export function commandLineOf(pid: number): string[] {
  return readIfThere(`/proc/${pid}/cmdline`)?.split('\0').slice(0, -1) ?? [];
}

function familyOf(pid: number): Process[] {
  const children = new Map<number, Process[]>();
  let root: Process | undefined;
  for (const one of processes()) {
    if (one.pid === pid) root = one;
    children.set(one.parent, [...(children.get(one.parent) ?? []), one]);
  }
  const withDescendants = (one: Process): Process[] => [
    one,
    ...(children.get(one.pid) ?? []).flatMap(withDescendants),
  ];
  return root ? withDescendants(root) : [];
}

function processes(): Process[] {
  return numbersIn('/proc').flatMap((pid) => processOf(pid) ?? []);
}

/** The processes or threads that a folder lists. */
function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder).flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));
  } catch {
    return []; // the system is not Linux, or the process has ended
  }
}

function processOf(pid: number): Process | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The fields after the name in parentheses, which may contain any character: state, parent, …
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const ticks = (index: number) => fields[index]! + fields[index + 1]!;
  // utime and stime are the fields 11 and 12, cutime and cstime 13 and 14.
  return { pid, parent: fields[1]!, ms: ticks(11) * TICK_MS, endedMs: ticks(13) * TICK_MS };
}

/** A file of the system, such as one in /proc; undefined if it does not exist or cannot be read. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
