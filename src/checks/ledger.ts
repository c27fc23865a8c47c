import { assertNever, UserError } from '../kernel/errors.ts';
import { withoutSecrets, withoutSecretsIn } from '../kernel/secrets.ts';
import { standardEvents } from '../meetings/contract/contract.ts';
import { effects } from '../meetings/operations.ts';
import type { Outcome } from '../timings/outcome.ts';

interface Common {
  /** Position in the ledger: the order of entries as this process saw it. */
  readonly n: number;
  /** ms since the ledger was opened. */
  readonly at: number;
  /** The participant, or `experiment`. */
  readonly who: string;
}

/**
 * The history of the actions and events of participants. Operations have their names in the contract. Calls follow
 * Jepsen: an invocation, then `ok`, `fail` (certainly not done) or `info` (unclear: the answer got lost, and perhaps
 * the call).
 */
export type Entry = Common &
  (
    | {
        readonly type: 'invoke';
        readonly call: number;
        readonly op: string;
        readonly value?: unknown;
        /** The event that the other participants get, or null for none. Default: the usual event of the operation. */
        readonly causes?: string | null;
        /** An event that they may get, because it is unclear whether the user was still in the room. */
        readonly mayCause?: string;
      }
    | { readonly type: 'ok'; readonly call: number; readonly op: string; readonly value?: unknown }
    | {
        readonly type: 'fail' | 'info';
        readonly call: number;
        readonly op: string;
        readonly outcome: string;
        readonly value?: unknown;
      }
    /** A room event arrived; `about` is the user of the event. */
    | { readonly type: 'received'; readonly event: string; readonly about: string; readonly stamp?: string }
    | {
        readonly type: 'socket';
        readonly change: 'attempt' | 'failed' | 'connected' | 'disconnected';
        readonly reason?: string;
      }
    /** A whole state as known at this instant; `source` is its origin. */
    | {
        readonly type: 'state';
        readonly source: 'service' | 'reconnect' | 'view';
        readonly state: MeetingState;
      }
    /** An action or finding of the experiment itself. */
    | { readonly type: 'mark'; readonly name: string; readonly value?: unknown }
  );

/**
 * A meeting as the checks compare it. Unreported parts are undefined: a service that returns no roster has not
 * reported an empty meeting. `roster` keeps duplicates, because a check looks for them.
 */
export interface MeetingState {
  /** `scheduled`, `active`, `ended`, or what else the service reports. */
  readonly status: string;
  /** The participants, if they were reported. */
  readonly roster?: Roster;
}

/** The participants of a meeting as the service or a participant reports them. */
export type Roster = readonly {
  readonly userId: string;
  readonly role?: string;
  readonly handRaised?: boolean;
}[];

type Unnumbered<E> = E extends unknown ? Omit<E, 'n' | 'at'> : never;

/** A call as it begins. */
export interface Invocation {
  readonly who: string;
  readonly op: string;
  readonly value?: unknown;
  /** The event that the other participants get, or null for none. Only an unusual one is written down. */
  readonly causes?: string | null | undefined;
  readonly mayCause?: string | null | undefined;
}

/** Collects entries in the order in which they happen. */
export class Ledger {
  readonly #entries: Entry[] = [];
  readonly #now: () => number;
  readonly #openedAt: number;
  #calls = 0;
  #isClosed = false;

  /**
   * `now` in ms; entries count from this moment.
   * @internal
   */
  constructor(now: () => number) {
    this.#now = now;
    this.#openedAt = now();
  }

  /** All entries so far, in their order. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /**
   * The history ends here: it does not include the teardown.
   * @internal
   */
  close(): void {
    this.#isClosed = true;
  }

  /** @internal */
  add(entry: Unnumbered<Entry>): void {
    if (this.#isClosed) return;
    this.#entries.push({
      n: this.#entries.length,
      at: this.#now() - this.#openedAt,
      ...shown(entry),
    } as Entry);
  }

  /**
   * Notes the invocation; the returned function notes the answer.
   * @internal
   */
  invoke({ who, op, value, causes, mayCause }: Invocation): (outcome: Outcome, answer?: unknown) => void {
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

/** Redacts foreign text; our requests and the ids that we gave are our own text. */
function shown(entry: Unnumbered<Entry>): Unnumbered<Entry> {
  switch (entry.type) {
    case 'invoke':
    case 'mark':
      return entry;
    case 'ok':
    case 'fail':
    case 'info':
      return entry.value === undefined ? entry : { ...entry, value: withoutSecretsIn(entry.value) };
    case 'received':
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

/** The ids of the harness begin with the date of the run, and need no redaction. */
function shownId(id: string): string {
  return /^\d{8}-/.test(id) ? id : withoutSecrets(id);
}

/** Whether a failed call certainly did nothing: it was refused before or by the service itself. */
function isCertain(outcome: Outcome): boolean {
  if (outcome === 'refused' || outcome === 'denied' || outcome === 'rate limited') return true;
  return /^http 4\d\d$/.test(outcome) && outcome !== 'http 408';
}

/** One line per entry, for a file that `recheck` reads. */
export function toNdjson(entries: readonly Entry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

/** @throws {UserError} that names the first invalid line */
export function fromNdjson(text: string): Entry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      const entry = entryIn(line);
      if (!entry) throw new UserError(`line ${index + 1} is not an entry of a ledger`);
      return entry;
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

/** The event that the other participants get when this call succeeds; undefined without such an event. */
export function causedBy(entry: Entry & { readonly type: 'invoke' }): string | undefined {
  return entry.causes === undefined ? effects[entry.op] : (entry.causes ?? undefined);
}
