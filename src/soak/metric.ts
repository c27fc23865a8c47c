import { printable } from '../kernel/outside-text.ts';
import type { MetricVerdict } from './evidence.ts';

/** What a soak knows about a metric from its name. */
export interface Metric {
  readonly label: string;
  readonly kind: MetricVerdict['kind'];
  readonly unit: string;
  /** The metric with the lowest place names the cause; the others follow from it. */
  readonly place: number;
}

interface Known {
  readonly pattern: RegExp;
  readonly label?: string;
}

/**
 * Names that are known, from the most specific resource to the most general: a leaked listener also keeps memory, and a
 * leaked socket is also a file descriptor and a handle. A name without a label describes itself.
 */
const KNOWN: readonly Known[] = [
  { pattern: /^socketio_listeners$/, label: 'listeners of shared emitters' },
  { pattern: /listeners?\b/i },
  { pattern: /^nodejs_active_resources\{type="Timeout"\}$/, label: 'timers' },
  { pattern: /timers?\b|intervals?\b/i },
  { pattern: /^meetings_active_participants$/, label: 'rows of participants still in a meeting' },
  { pattern: /participants|members|users|sessions(?!_total)/i },
  { pattern: /^socketio_rooms$/, label: 'Socket.IO rooms' },
  { pattern: /rooms?\b|meetings?\b/i },
  { pattern: /^socketio_connections$/, label: 'Socket.IO connections' },
  { pattern: /^pg_pool_connections\{state="total"\}$/, label: 'database sessions' },
  { pattern: /redis.*keys|db_keys/i },
  { pattern: /^os\.sockets$/, label: 'sockets' },
  { pattern: /^nodejs_active_resources\{type="TCPSocketWrap"\}$/, label: 'TCP sockets' },
  { pattern: /^nodejs_active_handles\{type="Socket"\}$/, label: 'socket handles' },
  { pattern: /^os\.tcp$/, label: 'TCP connections' },
  { pattern: /sockets?\b|connections?\b/i },
  { pattern: /^os\.files$/, label: 'open files' },
  { pattern: /^process_open_fds$/, label: 'open file descriptors' },
  { pattern: /^os\.descriptors$/, label: 'open file descriptors' },
  { pattern: /^os\.threads$/, label: 'threads' },
];

/** These sum what other metrics count one by one. */
const TOTALS: readonly Known[] = [
  { pattern: /^nodejs_active_resources_total$/, label: 'active resources of Node.js' },
  { pattern: /^nodejs_active_handles_total$/, label: 'active handles of Node.js' },
  { pattern: /^nodejs_active_requests_total$/, label: 'active requests of Node.js' },
  { pattern: /^nodejs_active_handles\{/ },
  { pattern: /^nodejs_active_resources\{/ },
];

/** The reference service publishes it; another one may, too. */
export const HEAP_AFTER = 'nodejs_heap_after_full_collection_bytes';

/** The memory of a process, from the part that a leak of objects fills to the whole. */
const MEMORY: readonly Known[] = [
  { pattern: /^nodejs_heap_after_full_collection_bytes$/, label: 'heap after a full collection' },
  { pattern: /^nodejs_heap_size_used_bytes$/, label: 'heap used' },
  { pattern: /^nodejs_external_memory_bytes$/, label: 'memory outside the heap' },
  { pattern: /heap/i },
  { pattern: /^os\.tcp\.queued_bytes$/, label: 'bytes queued in the kernel' },
  { pattern: /^os\.anonymous_bytes$/, label: 'anonymous memory' },
  { pattern: /^os\.resident_bytes$/, label: 'resident memory (RSS)' },
  { pattern: /^process_resident_memory_bytes$/, label: 'resident memory (RSS)' },
];

const LATENCIES: Readonly<Record<string, string>> = { p50: 'latency P50', p95: 'latency P95' };

/** What a name of `Sample.values` means, or `p50` and `p95`, the latencies of a soak. */
export function metricOf(name: string): Metric {
  const latency = LATENCIES[name];
  if (latency) return { label: latency, kind: 'latency', unit: 'ms', place: 4000 };
  if (isMemory(name)) {
    const place = MEMORY.findIndex(({ pattern }) => pattern.test(name));
    return { label: labelIn(MEMORY, name), kind: 'memory', unit: 'bytes', place: 3000 + atEnd(place) };
  }
  const total = TOTALS.findIndex(({ pattern }) => pattern.test(name));
  const place = KNOWN.findIndex(({ pattern }) => pattern.test(name));
  const isKnown = KNOWN[place]?.label !== undefined;
  if (total >= 0 && !isKnown)
    return { label: labelIn(TOTALS, name), kind: 'count', unit: '', place: 2000 + total };
  return { label: labelIn(KNOWN, name), kind: 'count', unit: '', place: 1000 + atEnd(place) };
}

export function isMemory(name: string): boolean {
  return /_(?:mega|kilo)?bytes(?![a-z])/i.test(name);
}

/** The label of a foreign name is the name: people find it in `/metrics`. */
function labelIn(known: readonly Known[], name: string): string {
  return known.find(({ pattern, label }) => label && pattern.test(name))?.label ?? printable(name);
}

function atEnd(place: number): number {
  return place < 0 ? 900 : place;
}
