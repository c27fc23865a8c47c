import { pageMetrics } from './page-metrics.ts';

/**
 * The names of operations and observations, in the order of a participant. A journey may record other operations, which
 * count as actions. All other facts about an action are in `meetings/operations.ts`.
 * - action: a participant sent a request and waited for the answer. Totals, error rate and the overall latency count
 *   actions.
 * - observation: something that reached a participant without a request; reported beside the actions. What a page shows
 *   is an observation too, because its calls already count as actions.
 */
const catalogue = {
  'health.get': 'action',
  'meeting.create': 'action',
  'meeting.list': 'action',
  'meeting.join': 'action',
  'socket.connect': 'action',
  'room.enter': 'action',
  'meeting.get': 'action',
  'hand.raise': 'action',
  'hand.lower': 'action',
  'network.report': 'action',
  'meeting.reconnect': 'action',
  'meeting.leave': 'action',
  'event.delivery': 'observation',
  'room.return': 'observation',
} as const satisfies Record<string, 'action' | 'observation'>;

type Catalogue = typeof catalogue;
/** The operations that a participant performs with the service. */
export type ActionName = {
  [Name in keyof Catalogue]: Catalogue[Name] extends 'action' ? Name : never;
}[keyof Catalogue];
/** The delivery of a room event to the other participants. */
export const ROOM_EVENTS = 'event.delivery';

const inPages = pageMetrics.filter(({ unit }) => unit === 'ms').map(({ name }) => name);
const observations = new Set<string>([
  ...Object.entries(catalogue).flatMap(([name, kind]) => (kind === 'observation' ? [name] : [])),
  ...inPages,
]);
const order = [...Object.keys(catalogue), ...inPages];

/** All names of the catalogue, as a participant performs them. */
export const standardNames: readonly string[] = order;

/** The actions that the harness knows by name; a contract may have others. */
export const standardOperations: ReadonlySet<string> = new Set(
  order.filter((name) => !observations.has(name)),
);

/** Prefix of observations in a page that was traced: tracing makes them slower than those of other pages. */
const TRACED = 'traced.';

export function whenTraced(operation: string): string {
  return `${TRACED}${operation}`;
}

/** Prefix of messages without an answer: they have a count, and no latency. */
const SENT = 'sent.';

export function whenUnanswered(operation: string): string {
  return `${SENT}${operation}`;
}

export function isUnanswered(operation: string): boolean {
  return operation.startsWith(SENT);
}

export function isAction(operation: string): boolean {
  return !observations.has(operation) && !operation.startsWith(TRACED) && !isUnanswered(operation);
}

/** Orders operations as a participant performs them; unknown ones last, by name. */
export function byJourneyOrder(one: string, other: string): number {
  const [left, right] = [order.indexOf(one), order.indexOf(other)];
  if (left === right) return one < other ? -1 : 1;
  return (left < 0 ? order.length : left) - (right < 0 ? order.length : right);
}
