import { readdirSync, readlinkSync } from 'node:fs';
import { readIfThere } from '../kernel/process-family.ts';

/** Where the kernel shows its processes; tests use a folder of their own. */
const PROC = '/proc';

/** The state of a listening socket in /proc/net/tcp (TCP_LISTEN in the kernel's tcp_states.h). */
const LISTEN = '0A';

/** A process that was found, or why it cannot be read. */
export type FoundProcess =
  | { readonly pid: number }
  | { readonly pid?: undefined; readonly unavailableReason: string };

interface Socket {
  readonly port: number;
  readonly state: string;
  readonly inode: string;
  /** Bytes that the kernel holds: sent and not acknowledged, or received and not read. */
  readonly queuedBytes: number;
}

/**
 * The process of this machine that listens on a TCP port. Of several, such as a cluster, the one with the lowest id. Only
 * processes of our own user can be recognised, unless we are root.
 */
export function listenerOn(port: number, proc = PROC): FoundProcess {
  const listening = socketsOf(`${proc}/net`).filter(
    (socket) => socket.port === port && socket.state === LISTEN,
  );
  if (listening.length === 0) {
    const hasTable = readIfThere(`${proc}/net/tcp`) !== undefined;
    const unavailableReason = hasTable
      ? `no process of this machine listens on port ${port}`
      : 'this system has no /proc: only Linux shows what a process uses';
    return { unavailableReason };
  }
  const links = new Set(listening.map(({ inode }) => `socket:[${inode}]`));
  const pid = processIds(proc).find((pid) => descriptorsOf(pid, proc)?.some((link) => links.has(link)));
  if (pid !== undefined) return { pid };
  return { unavailableReason: `the process that listens on port ${port} belongs to another user` };
}

/**
 * What a process uses now, by names like those of gauges: `os.sockets`, `os.files`, `os.descriptors`, `os.threads`,
 * `os.tcp`, `os.tcp.queued_bytes`, `os.resident_bytes`, `os.anonymous_bytes`. Empty if the process has ended; a value that the
 * kernel does not show is missing.
 */
export function readingsOf(pid: number, proc = PROC): Record<string, number> {
  return { ...descriptorCounts(pid, proc), ...memoryOf(pid, proc), ...threadsOf(pid, proc) };
}

function descriptorCounts(pid: number, proc: string): Record<string, number> {
  const links = descriptorsOf(pid, proc);
  if (!links) return {};
  const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const tcp = socketsOf(`${proc}/${pid}/net`).filter(
    ({ inode, state }) => inodes.has(inode) && state !== LISTEN,
  );
  return {
    'os.descriptors': links.length,
    'os.sockets': inodes.size,
    'os.files': links.filter((link) => link.startsWith('/')).length,
    'os.tcp': tcp.length,
    'os.tcp.queued_bytes': tcp.reduce((sum, { queuedBytes }) => sum + queuedBytes, 0),
  };
}

/** The kernel counts the pages of the process for it (some ms for a process of 1 GiB). */
function memoryOf(pid: number, proc: string): Record<string, number> {
  const text = readIfThere(`${proc}/${pid}/smaps_rollup`) ?? '';
  const bytes = (field: string) => {
    const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  };
  const [resident, anonymous] = [bytes('Rss'), bytes('Anonymous')];
  return {
    ...(resident === undefined ? {} : { 'os.resident_bytes': resident }),
    ...(anonymous === undefined ? {} : { 'os.anonymous_bytes': anonymous }),
  };
}

function threadsOf(pid: number, proc: string): Record<string, number> {
  const threads = /^Threads:\s+(\d+)/m.exec(readIfThere(`${proc}/${pid}/status`) ?? '')?.[1];
  return threads === undefined ? {} : { 'os.threads': Number(threads) };
}

/** The limit of the control group of a process in bytes; undefined without one. */
export function memoryLimitOf(pid: number, proc = PROC, groups = '/sys/fs/cgroup'): number | undefined {
  const path = /^0::(\/.*)$/m.exec(readIfThere(`${proc}/${pid}/cgroup`) ?? '')?.[1];
  if (path === undefined) return undefined;
  // A group is also limited by those around it.
  const limits = path.split('/').flatMap((_, index, parts) => {
    const folder = parts.slice(0, index + 1).join('/');
    const limit = Number(readIfThere(`${groups}${folder}/memory.max`) ?? Number.NaN);
    return Number.isFinite(limit) && limit > 0 ? limit : [];
  });
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** The TCP sockets of the network namespace that a folder like /proc/net shows. */
function socketsOf(net: string): Socket[] {
  return ['tcp', 'tcp6'].flatMap((table) => {
    const [, ...lines] = (readIfThere(`${net}/${table}`) ?? '').split('\n');
    return lines.flatMap((line) => socketIn(line) ?? []);
  });
}

/** A line of /proc/net/tcp: `0: 0100007F:0BBA 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 12345 …`. */
function socketIn(line: string): Socket | undefined {
  const [, local, , state, queues, , , , , inode] = line.trim().split(/\s+/);
  if (local === undefined || state === undefined || queues === undefined || inode === undefined)
    return undefined;
  const [sent = '0', received = '0'] = queues.split(':');
  const queuedBytes = Number.parseInt(sent, 16) + Number.parseInt(received, 16);
  return { port: Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16), state, inode, queuedBytes };
}

/** What the descriptors of a process lead to: `socket:[12345]`, `/tmp/file`; undefined if we may not read them. */
function descriptorsOf(pid: number, proc: string): string[] | undefined {
  const folder = `${proc}/${pid}/fd`;
  const names = namesIn(folder);
  return names?.flatMap((name) => {
    try {
      return readlinkSync(`${folder}/${name}`);
    } catch {
      return []; // it was closed meanwhile
    }
  });
}

function processIds(proc: string): number[] {
  const ids = (namesIn(proc) ?? []).flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));
  return ids.sort((one, other) => one - other);
}

function namesIn(folder: string): string[] | undefined {
  try {
    return readdirSync(folder);
  } catch {
    return undefined;
  }
}
