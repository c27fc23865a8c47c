import type { ActionName } from '../timings/catalogue.ts';

/** The operations that fullhouse knows by name. A contract may lack some of them, and have others. */
export type StandardOperation = ActionName;

/** The room event of each operation that checks know, by the name that ledgers of experiments give the operation. */
export const effects: Readonly<Record<string, string>> = {
  join: 'participant-joined',
  leave: 'participant-left',
  raise: 'hand-raised',
  lower: 'hand-lowered',
};

/** How ledgers of experiments call the operations that change a meeting or tell of it. */
export const notedAs = {
  'meeting.create': 'create',
  'meeting.join': 'join',
  'meeting.get': 'get',
  'room.enter': 'enter',
  'hand.raise': 'raise',
  'hand.lower': 'lower',
  'network.report': 'report',
  'meeting.reconnect': 'reconnect',
  'meeting.leave': 'leave',
} as const satisfies Partial<Record<StandardOperation, string>>;
