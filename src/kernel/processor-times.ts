import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Cores, on average over some time. */
export interface ProcessorUse {
  /** Had nothing to do. */
  readonly idle: number;
  /** Worked for this process and those that it started; for this process alone where the system does not tell more. */
  readonly own: number;
  /** Worked for anybody else. */
  readonly others: number;
}

/** What the processors of this machine do from the construction on, and for whom. */
export class ProcessorTimes {
  readonly #since = read();

  use(): ProcessorUse {
    const [before, now] = [this.#since, read()];
    const elapsed = (now.all - before.all) / now.cores;
    if (elapsed === 0) return { idle: now.cores, own: 0, others: 0 };
    const idle = (now.idle - before.idle) / elapsed;
    // A process that ended meanwhile is missing now; it never makes the others' part negative.
    const own = Math.max(0, now.own - before.own) / elapsed;
    return { idle, own, others: Math.max(0, now.cores - idle - own) };
  }
}

/** Times in ms since the start of the machine, of all cores together. */
function read(): { all: number; idle: number; own: number; cores: number } {
  let [all, idle] = [0, 0];
  const processors = cpus();
  for (const { times } of processors) {
    all += times.user + times.nice + times.sys + times.irq + times.idle;
    idle += times.idle;
  }
  return { all, idle, own: familyTime() ?? ownTime(), cores: processors.length };
}

function ownTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The kernel counts in hundredths of a second on every architecture that Node.js runs on (USER_HZ). */
const TICK_MS = 10;

/** What this process and its descendants have used so far, in ms; undefined where there is no /proc. */
function familyTime(): number | undefined {
  const children = new Map<number, number[]>();
  const used = new Map<number, number>();
  for (const pid of processIds()) {
    const stat = statOf(pid);
    if (!stat) continue;
    used.set(pid, stat.ms);
    children.set(stat.parent, [...(children.get(stat.parent) ?? []), pid]);
  }
  const sum = (pid: number): number =>
    (used.get(pid) ?? 0) + (children.get(pid) ?? []).reduce((total, child) => total + sum(child), 0);
  return used.has(process.pid) ? sum(process.pid) : undefined;
}

function processIds(): number[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return []; // only Linux has it
  }
}

function statOf(pid: number): { parent: number; ms: number } | undefined {
  try {
    // After the name in parentheses, which may hold anything: state, parent, …, utime (14th field), stime (15th).
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ms: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
  } catch {
    return undefined; // it ended meanwhile
  }
}
