import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type Role, roleOf } from './roles.ts';

/** One process of a lane. */
export interface LaneProcess {
  readonly pid: number;
  /** The tick at which it began, which identifies the process together with the pid. */
  readonly since: string;
  readonly commandLine: string;
  readonly role: Role | undefined;
}

/**
 * The processes of a lane, read from /proc: those whose environment, arguments or working folder contain its folder, and
 * their descendants. PostgreSQL and Chromium overwrite their environment, and tcpdump has another environment.
 */
export class LaneProcesses {
  readonly #folder: string;
  /** Whether a process belonged to this lane when it was first seen; later changes of its environment do not matter. */
  readonly #known = new Map<string, boolean>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The processes that live now; zombies have ended. */
  living(): LaneProcess[] {
    const all = processIds().flatMap((pid) => statOf(pid) ?? []);
    const ours = new Set<number>();
    // Parents have lower pids, unless pids start again; so the search repeats until it adds no process.
    for (let before = -1; before !== ours.size; ) {
      before = ours.size;
      for (const one of all) if (!ours.has(one.pid) && this.#isOurs(one, ours)) ours.add(one.pid);
    }
    return all
      .filter(({ pid }) => ours.has(pid))
      .map(({ pid, since }) => {
        const commandLine = textOf(`${pid}/cmdline`).replaceAll('\0', ' ').trim();
        return { pid, since, commandLine, role: roleOf(commandLine) };
      });
  }

  #isOurs({ pid, parent, since }: Stat, ours: ReadonlySet<number>): boolean {
    if (pid === process.pid) return false;
    const key = `${pid} ${since}`;
    const known = this.#known.get(key);
    if (known === true || ours.has(parent)) {
      this.#known.set(key, true);
      return true;
    }
    if (known === false) return false;
    const names = ['environ', 'cmdline'].some((file) => textOf(`${pid}/${file}`).includes(this.#folder));
    const isOurs = names || workingFolderOf(pid).startsWith(this.#folder);
    this.#known.set(key, isOurs);
    return isOurs;
  }
}

/** Sends a signal to a process, or to a group by its negative number. Has no effect if it has ended. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly since: string;
}

function processIds(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));
}

/** Reads a living process. The name in parentheses may contain any character; then state, parent, …, start (22nd field). */
function statOf(pid: number): Stat | undefined {
  const stat = textOf(`${pid}/stat`);
  const [state, parent, ...others] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (!state || /[ZX]/.test(state)) return undefined;
  return { pid, parent: Number(parent), since: others[17]! };
}

function textOf(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return ''; // the process has ended, or this user may not read it
  }
}

function workingFolderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
