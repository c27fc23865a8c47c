/**
 * The operations of a meetings service, named once. A journey may record others; they count as actions.
 * - action: a participant asked the service for something and waited for the answer. Totals, error rate and
 *   the overall latency count actions.
 * - observation: something that reached a participant without its asking; reported beside the actions.
 *   What a page shows is observed too: the calls behind it are actions already, and nothing counts twice.
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
  'page.open': 'observation',
  'page.join': 'observation',
  'page.hand-visible': 'observation',
  'page.reconnect': 'observation',
  'page.session': 'observation',
  'page.ttfb': 'observation',
  'page.lcp': 'observation',
  'page.inp': 'observation',
  'webrtc.rtt': 'observation',
  'webrtc.jitter': 'observation',
} as const satisfies Record<string, 'action' | 'observation'>;

type Catalogue = typeof catalogue;
/** The operations that a participant asks of the service. */
export type ActionName = {
  [Name in keyof Catalogue]: Catalogue[Name] extends 'action' ? Name : never;
}[keyof Catalogue];
/** Room events on their way to the others. */
export const ROOM_EVENTS = 'event.delivery';

const observations = new Set<string>(
  Object.entries(catalogue).flatMap(([name, kind]) => (kind === 'observation' ? [name] : [])),
);
const order = Object.keys(catalogue);

/** All names of the catalogue, as a participant performs them. */
export const standardNames: readonly string[] = order;

/** The actions that fullhouse knows by name; a contract may have others. */
export const standardOperations: ReadonlySet<string> = new Set(
  order.filter((name) => !observations.has(name)),
);

/** Before the name of what was observed in a page while it was traced, which is no fair measure of the others. */
const TRACED = 'traced.';

export function whenTraced(operation: string): string {
  return `${TRACED}${operation}`;
}

/** Before the name of what was sent and is not answered: it has a count, and no latency. */
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
