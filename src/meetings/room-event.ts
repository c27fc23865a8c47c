import { type EventDefinition, idOf } from './contract/operation.ts';
import type { Values } from './expressions.ts';

/** An event that the service sends to a room. */
export interface RoomEvent {
  readonly name: string;
  readonly meetingId: string;
  /** The user that it is about; empty if the service does not send one. */
  readonly userId: string;
  /** Distinguishes it from others of its name: a text that its cause had, or the user. */
  readonly key: string;
  readonly definition: EventDefinition;
  /** The values that the expressions of its definition read. */
  readonly values: Values;
}

/**
 * The event of a message; undefined if the message lacks the meeting, the user or the key. `entered` is the meeting
 * whose room was entered last.
 */
export function eventIn(definition: EventDefinition, values: Values, entered: string): RoomEvent | undefined {
  const meetingId = definition.meeting ? idOf(definition.meeting(values)) : entered;
  const userId = definition.user ? idOf(definition.user(values)) : '';
  const key = definition.match ? idOf(definition.match(values)) : userId;
  if (meetingId === undefined || userId === undefined || key === undefined) return undefined;
  return { name: definition.name, meetingId, userId, key, definition, values };
}
