import { UserError } from '../../kernel/errors.ts';
import type { ClosedKind, OpenKind } from './kind.ts';
import * as kinds from './kinds.ts';
import { compose, type Slice, whole } from './slice.ts';

type Kind = (typeof kinds)[keyof typeof kinds];
type DataOf<One> = One extends { describe(schedule: infer Data): string } ? Data : never;

/** Open schedules: the i-th arrival has its due time, which does not depend on the service. */
export type Arrivals = DataOf<Extract<Kind, { isOpen: true }>>;

/** Closed schedules: a number of users is active at a time; a user that leaves is replaced. */
export type Users = DataOf<Extract<Kind, { isOpen: false }>>;

/** When participants arrive: plain data, read by pure functions of the time since the start. No timers. */
export type Schedule = Arrivals | Users;

type AnyKind = OpenKind<Arrivals, Schedule> | ClosedKind<Users>;

/** An incomplete kind does not compile here. */
const all: readonly AnyKind[] = Object.values(kinds);
const byName: ReadonlyMap<string, AnyKind> = new Map(all.map((kind) => [kind.kind, kind]));

export function kindNames(): string[] {
  return [...byName.keys()];
}

/** Undefined for an unknown name. */
export function kindNamed(name: string): AnyKind | undefined {
  return byName.get(name);
}

export function openKind({ kind }: Arrivals): OpenKind<Arrivals, Schedule> {
  return byName.get(kind) as OpenKind<Arrivals, Schedule>;
}

export function closedKind({ kind }: Users): ClosedKind<Users> {
  return byName.get(kind) as ClosedKind<Users>;
}

/** Open schedules define when a user arrives (`arrivals`), closed ones how many users are active (`usersAt`). */
export function isArrivals(schedule: Schedule): schedule is Arrivals {
  return byName.get(schedule.kind)!.isOpen;
}

/** The slice of a schedule; for a whole schedule, slice 1 of 1. */
export function ownSlice({ slice = whole }: Schedule): Slice {
  return slice;
}

/**
 * The part that one worker runs; `index` counts from 1 to `of`. Every arrival belongs to exactly one slice, and at
 * every instant the users of all slices add up to those of the whole. A slice can be divided again.
 */
export function sliceOf<One extends Schedule>(schedule: One, index: number, of: number): One {
  if (!Number.isSafeInteger(of) || of < 1 || !Number.isSafeInteger(index) || index < 1 || index > of) {
    throw new UserError(
      `There is no slice ${index} of ${of}. Use whole numbers, the first from 1 to the second.`,
    );
  }
  return { ...schedule, slice: compose(ownSlice(schedule), { index, of }) };
}

/** One sentence, for the console, the log and the report alike. */
export function describe(schedule: Schedule): string {
  const sentence = isArrivals(schedule)
    ? openKind(schedule).describe(schedule)
    : closedKind(schedule).describe(schedule);
  const { index, of } = ownSlice(schedule);
  return of === 1 ? sentence : `${sentence.slice(0, -1)} (slice ${index} of ${of}).`;
}
