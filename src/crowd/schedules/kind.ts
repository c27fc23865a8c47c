import type { Slice } from './slice.ts';
import type { Parts } from './text.ts';

/** Values from other settings of the run, for the missing parts of a text. */
export interface Defaults {
  readonly users: number;
  readonly durationMs: number;
  /** The interval between two arrivals; without it, the number of users decides. */
  readonly everyMs?: number | undefined;
  /** The usual pause of a user between two calls. */
  readonly pauseMs?: number | undefined;
  readonly seed: number | string;
}

/** A schedule as plain data; `slice` says which part of it one worker runs. */
export interface ScheduleData {
  readonly kind: string;
  readonly slice?: Slice;
}

interface Kind<Data extends ScheduleData, Parsed> {
  readonly kind: Data['kind'];
  /** The words after the name, in the notation that `text.ts` reads and errors show. */
  readonly usage: string;
  readonly example: string;
  /** @throws {UserError} that names every mistake */
  parse(parts: Parts, defaults: Defaults): Parsed;
  /** One sentence for the whole schedule. */
  describe(schedule: Data): string;
}

/** An open schedule: each arrival has its due time, which does not depend on the service. */
export interface OpenKind<Data extends ScheduleData, Parsed = Data> extends Kind<Data, Parsed> {
  readonly isOpen: true;
  /** Whether it asks for a number of users, or for arrivals with a limit of users. */
  readonly requests: 'users' | 'arrivals';
  /** What happens to an arrival while all users are active, by design. */
  readonly whenFull: 'rejected' | 'dropped';
  /** When each arrival is due, in ms from the start: ascending, finite, each before the end. */
  due(schedule: Data): Generator<number, void>;
  /** The most users that may be active at a time. */
  peak(schedule: Data): number;
  durationMs(schedule: Data): number;
}

/** A segment of time in which the number of users changes linearly. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly durationMs: number;
}

/** A closed schedule: a number of users is active at a time, and a user that leaves is replaced. */
export interface ClosedKind<Data extends ScheduleData> extends Kind<Data, Data> {
  readonly isOpen: false;
  /** The number of users over time, as straight lines. */
  segments(schedule: Data): Segment[];
}
