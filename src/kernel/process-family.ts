import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts in hundredths of a second on every architecture that Node.js runs on (USER_HZ). */
const TICK_MS = 10;

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** CPU that it has used, in ms. */
  readonly ms: number;
  /** CPU of its children that have ended, and of theirs, in ms. */
  readonly endedMs: number;
}

/** CPU time that a process and its living descendants have used so far, in ms; undefined where there is no /proc. */
export function familyTime(pid: number): number | undefined {
  const family = familyOf(pid);
  return family.length === 0 ? undefined : family.reduce((sum, { ms }) => sum + ms, 0);
}

/** The same with the descendants that have ended: it never decreases while the process lives. */
export function familyTimeWithEnded(pid: number): number | undefined {
  const family = familyOf(pid);
  return family.length === 0 ? undefined : family.reduce((sum, { ms, endedMs }) => sum + ms + endedMs, 0);
}

/**
 * Memory of a process and its descendants in bytes (PSS: shared memory counts once, in parts). Undefined where the kernel
 * does not report it. The kernel walks all their pages for it, so call it seldom.
 */
export function familyMemory(pid: number): number | undefined {
  let bytes: number | undefined;
  for (const member of familyOf(pid)) {
    const pss = /^Pss:\s+(\d+) kB/m.exec(readProc(`${member.pid}/smaps_rollup`) ?? '')?.[1];
    if (pss !== undefined) bytes = (bytes ?? 0) + Number(pss) * 1024;
  }
  return bytes;
}

/** The threads of a process and of its descendants; none where there is no /proc. */
export function familyThreads(pid: number): number[] {
  return familyOf(pid).flatMap((member) => numbersIn(`/proc/${member.pid}/task`));
}

/** The processes that this one has started and that live. */
export function childIds(pid: number): number[] {
  return processes().flatMap((one) => (one.parent === pid ? [one.pid] : []));
}

/** The program of a process and its arguments; none of a process that has ended. */
export function commandLineOf(pid: number): string[] {
  return readProc(`${pid}/cmdline`)?.split('\0').slice(0, -1) ?? [];
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
    return []; // only Linux has it, and a process that ended has none
  }
}

function processOf(pid: number): Process | undefined {
  // After the name in parentheses, which may hold anything: state, parent, …, utime (14th field), stime, cutime, cstime.
  const stat = readProc(`${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const ticks = (index: number) => fields[index]! + fields[index + 1]!;
  return { pid, parent: fields[1]!, ms: ticks(11) * TICK_MS, endedMs: ticks(13) * TICK_MS };
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined; // the process has ended, or this user may not read it
  }
}
