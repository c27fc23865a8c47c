import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Identifies a process, even if another process gets the same id later. */
export interface ProcessIdentity {
  /** The machine, or the container on it, whose processes can see each other. */
  readonly place: string;
  readonly pid: number;
  /** The boot of the machine and the tick at the start of the process; `0` if the system does not report it. */
  readonly since: string;
}

/** An identity in a name: `<place>.<pid>.<since>`. */
type OwnerName = `${string}.${number}.${string}`;

const OWNER_NAME = /^(?<place>[0-9a-f]{8})\.(?<pid>\d+)\.(?<since>[0-9a-f-]+)$/;

/** The unique name of a process as an owner of folders and databases; by default, of this process. */
export function ownerName({ place, pid, since }: ProcessIdentity = processIdentity()!): OwnerName {
  return `${place}.${pid}.${since}`;
}

/** The owner in a name; undefined if it has none. */
export function ownerIn(name: string): ProcessIdentity | undefined {
  const { place, pid, since } = OWNER_NAME.exec(name)?.groups ?? {};
  return place && pid && since ? { place, pid: Number(pid), since } : undefined;
}

/** The identity of a running process of this place; undefined if it does not run. */
export function processIdentity(pid = process.pid): ProcessIdentity | undefined {
  const ticks = startOf(pid);
  if (ticks === undefined && !answers(pid)) return undefined;
  return { place: place(), pid, since: ticks === undefined ? '0' : `${boot()}-${ticks}` };
}

/** Whether the process has certainly ended. This process cannot see processes of other places. */
export function isGone({ place, pid, since }: ProcessIdentity): boolean {
  const now = processIdentity(pid);
  if (place !== processIdentity()?.place) return false;
  return now === undefined || now.since !== since;
}

/** The 22nd field of the process's stat. The name in parentheses may contain any text. A zombie counts as ended. */
function startOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields === undefined || /^[ZX]/.test(fields[0]!) ? undefined : fields[19];
}

/** Whether the process runs, for systems without /proc. */
function answers(pid: number): boolean {
  if (read('/proc/self/stat') !== undefined) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function place(): string {
  return digest(`${hostname()} ${processSpace()}`);
}

function boot(): string {
  return digest(read('/proc/sys/kernel/random/boot_id') ?? '');
}

function processSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
