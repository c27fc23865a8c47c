import { assertNever, UserError } from '../kernel/errors.ts';
import { withoutSecrets, withoutSecretsIn } from '../kernel/secrets.ts';
import { standardEvents } from '../meetings/contract/contract.ts';
import { effects } from '../meetings/operations.ts';
import type { Outcome } from '../timings/outcome.ts';

/** What a participant asks of the service, as far as checks reason about it. */
export type Operation =
  | 'create'
  | 'join'
  | 'leave'
  | 'raise'
  | 'lower'
  | 'report'
  | 'reconnect'
  | 'get'
  | 'enter';

interface Common {
  /** Position in the ledger: what happened before what, as this process saw it. */
  readonly n: number;
  /** ms since the ledger was opened. */
  readonly at: number;
  /** The participant, or `experiment`. */
  readonly who: string;
}

/**
 * The history of what participants did, were told and saw. Calls follow Jepsen: an invocation, then `ok`, `fail`
 * (certainly not done) or `info` (nobody knows: the answer got lost, not necessarily the call).
 */
export type Entry = Common &
  (
    | {
        readonly type: 'invoke';
        readonly call: number;
        readonly op: Operation;
        readonly value?: unknown;
        /** The event that the others in the room get; null where there is none. Without it, the usual one. */
        readonly causes?: string | null;
        /** An event that they may get: nobody knows whether the service still had the user in the room. */
        readonly mayCause?: string;
      }
    | { readonly type: 'ok'; readonly call: number; readonly op: Operation; readonly value?: unknown }
    | {
        readonly type: 'fail' | 'info';
        readonly call: number;
        readonly op: Operation;
        readonly outcome: string;
        readonly value?: unknown;
      }
    /** A room event arrived; `about` is the user that it tells of. */
    | { readonly type: 'saw'; readonly event: string; readonly about: string; readonly stamp?: string }
    | {
        readonly type: 'socket';
        readonly change: 'attempt' | 'failed' | 'connected' | 'disconnected';
        readonly reason?: string;
      }
    /** A whole state as somebody had it at this moment; `source` says where it is from. */
    | {
        readonly type: 'state';
        readonly source: 'service' | 'reconnect' | 'view';
        readonly state: MeetingState;
      }
    /** Something that the experiment itself did or found. */
    | { readonly type: 'mark'; readonly name: string; readonly value?: unknown }
  );

/**
 * A meeting as the checks compare it. What was not reported is undefined: a service that returns no roster has not said
 * that the meeting is empty. `roster` keeps duplicates: they are what one check looks for.
 */
export interface MeetingState {
  readonly status: string;
  readonly roster?: Roster;
}

export type Roster = readonly {
  readonly userId: string;
  readonly role?: string;
  readonly handRaised?: boolean;
}[];

type Unnumbered<E> = E extends unknown ? Omit<E, 'n' | 'at'> : never;

/** Takes entries in the order in which they happen, and gives them to the checks. */
export class Ledger {
  readonly #entries: Entry[] = [];
  readonly #now: () => number;
  readonly #openedAt: number;
  #calls = 0;
  #isClosed = false;

  /** `now` in ms; entries count from this moment. */
  constructor(now: () => number) {
    this.#now = now;
    this.#openedAt = now();
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** The history ends here: what happens while everything is taken down is no part of it. */
  close(): void {
    this.#isClosed = true;
  }

  add(entry: Unnumbered<Entry>): void {
    if (this.#isClosed) return;
    this.#entries.push({
      n: this.#entries.length,
      at: this.#now() - this.#openedAt,
      ...shown(entry),
    } as Entry);
  }

  /**
   * Notes the invocation; the answer is noted with the returned function. `causes` is the event that the others in the
   * room get, or null: only one that is not the usual one is written down.
   */
  invoke(
    who: string,
    op: Operation,
    value?: unknown,
    causes?: string | null,
    mayCause?: string | null,
  ): (outcome: Outcome, answer?: unknown) => void {
    const call = this.#calls++;
    const isUsual = causes === undefined || causes === (effects[op] ?? null);
    this.add({
      who,
      type: 'invoke',
      call,
      op,
      ...(value === undefined ? {} : { value }),
      ...(isUsual ? {} : { causes }),
      ...(mayCause ? { mayCause } : {}),
    });
    return (outcome, answer) => {
      const value = answer === undefined ? {} : { value: answer };
      if (outcome === 'ok') this.add({ who, type: 'ok', call, op, ...value });
      else this.add({ who, type: isCertain(outcome) ? 'fail' : 'info', call, op, outcome, ...value });
    };
  }
}

/** What others told is no word of ours; what we asked for and whom we know by their ids is. */
function shown(entry: Unnumbered<Entry>): Unnumbered<Entry> {
  switch (entry.type) {
    case 'invoke':
    case 'mark':
      return entry;
    case 'ok':
    case 'fail':
    case 'info':
      return entry.value === undefined ? entry : { ...entry, value: withoutSecretsIn(entry.value) };
    case 'saw':
      return {
        ...entry,
        event: standardEvents.has(entry.event) ? entry.event : withoutSecrets(entry.event),
        about: shownId(entry.about),
        ...(entry.stamp === undefined ? {} : { stamp: withoutSecrets(entry.stamp) }),
      };
    case 'socket':
      return entry.reason === undefined ? entry : { ...entry, reason: withoutSecrets(entry.reason) };
    case 'state':
      return { ...entry, state: shownState(entry.state) };
    default:
      return assertNever(entry);
  }
}

function shownState({ status, roster }: MeetingState): MeetingState {
  if (!roster) return { status: withoutSecrets(status) };
  return {
    status: withoutSecrets(status),
    roster: roster.map((row) => ({
      ...row,
      userId: shownId(row.userId),
      ...(row.role === undefined ? {} : { role: withoutSecrets(row.role) }),
    })),
  };
}

/** The ids that we give have words of ours in them, and begin with the run, which begins with its date. */
function shownId(id: string): string {
  return /^\d{8}-/.test(id) ? id : withoutSecrets(id);
}

/** Whether a failed call certainly did nothing: it was refused before or by the service itself. */
function isCertain(outcome: Outcome): boolean {
  if (outcome === 'refused' || outcome === 'denied' || outcome === 'rate limited') return true;
  return /^http 4\d\d$/.test(outcome) && outcome !== 'http 408';
}

/** One entry a line, for a file that `recheck` reads again. */
export function toNdjson(entries: readonly Entry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

/** @throws {UserError} that names the first line that is no entry */
export function fromNdjson(text: string): Entry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      const entry = entryIn(line);
      if (!entry) throw new UserError(`line ${index + 1} is not an entry of a history`);
      // As ledgers called them that were written before contracts had names for events.
      return entry.type === 'saw' ? { ...entry, event: entry.event.replace(/^meeting:/, '') } : entry;
    });
}

function entryIn(line: string): Entry | undefined {
  try {
    const read = JSON.parse(line) as Entry | null;
    return typeof read?.type === 'string' && typeof read.who === 'string' ? read : undefined;
  } catch {
    return undefined;
  }
}

/** The event that the others in the room get of a call, by its invocation; undefined where there is none. */
export function causedBy(entry: Entry & { readonly type: 'invoke' }): string | undefined {
  return entry.causes === undefined ? effects[entry.op] : (entry.causes ?? undefined);
}
