import { causedBy, type Entry } from './ledger.ts';

/** A part of the history in which one observer was in the room without interruption, by entry numbers. */
export interface Watch {
  readonly observer: string;
  readonly from: number;
  readonly to: number;
}

/** Each stay in the room: from entering it to a lost connection, to leaving, or to the end of the history. */
export function watches(entries: readonly Entry[]): Watch[] {
  const open = new Map<string, number>();
  const found: Watch[] = [];
  const end = (observer: string, to: number) => {
    const from = open.get(observer);
    if (from !== undefined) found.push({ observer, from, to });
    open.delete(observer);
  };
  for (const entry of entries) {
    if (entry.type === 'ok' && entry.op === 'room.enter' && !open.has(entry.who))
      open.set(entry.who, entry.n);
    if (entry.type === 'invoke' && entry.op === 'meeting.leave') end(entry.who, entry.n);
    if (entry.type === 'socket' && entry.change === 'disconnected') end(entry.who, entry.n);
  }
  for (const observer of [...open.keys()]) end(observer, entries.length);
  return found;
}

export interface CausedEvent {
  readonly event: string;
  readonly about: string;
  /** The entry of the call. */
  readonly invoked: number;
  /** The entry of the answer; calls without a certain answer are left out. */
  readonly answered: number;
}

/** The acknowledged calls that cause an event in the room. */
export function causedEvents(entries: readonly Entry[]): CausedEvent[] {
  const invoked = new Map<number, Entry & { readonly type: 'invoke' }>();
  const found: CausedEvent[] = [];
  for (const entry of entries) {
    if (entry.type === 'invoke') invoked.set(entry.call, entry);
    const invocation = entry.type === 'ok' ? invoked.get(entry.call)! : undefined;
    const event = invocation && causedBy(invocation);
    if (event) found.push({ event, about: entry.who, invoked: invocation.n, answered: entry.n });
  }
  return found;
}
