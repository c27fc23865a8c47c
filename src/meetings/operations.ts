import type { ActionName } from '../timings/catalogue.ts';

/** The harness's knowledge of an operation by its name. The contract of the service states how a client performs it. */
interface Known {
  /** The event that the others in the room usually get. */
  readonly causes?: string;
  /** The values that callers pass as `input`. */
  readonly input?: readonly string[];
}

/** One row for each operation that the harness calls by its name. A contract may lack some of them, and have others. */
const operations = {
  'health.get': {},
  'meeting.create': { input: ['title', 'capacity'] },
  'meeting.list': { input: ['limit', 'host'] },
  'meeting.join': { causes: 'participant-joined' },
  'socket.connect': {},
  'room.enter': {},
  'meeting.get': {},
  'hand.raise': { causes: 'hand-raised' },
  'hand.lower': { causes: 'hand-lowered' },
  'network.report': { input: ['quality', 'rtt', 'packetLoss', 'bandwidth'] },
  'meeting.reconnect': {},
  'meeting.leave': { causes: 'participant-left' },
} as const satisfies Record<ActionName, Known>;

const rows: readonly (readonly [string, Known])[] = Object.entries(operations);

/** The fields of `input` of each operation that has inputs. */
export const inputs: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  rows.flatMap(([name, { input }]) => (input ? [[name, input]] : [])),
);

/** The event that the others in the room usually get, by the name of the operation. */
export const effects: Readonly<Record<string, string>> = Object.fromEntries(
  rows.flatMap(([name, { causes }]) => (causes ? [[name, causes]] : [])),
);
