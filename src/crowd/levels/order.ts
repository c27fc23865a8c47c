/** What the levels of a crowd count: users that are active at a time, or arrivals per second. */
export type LevelKind = 'users' | 'arrivals';

/** What the main process asks of all slices of a crowd with levels, from an instant on. */
export interface LevelOrder {
  /** Counts the orders of the crowd from 1. */
  readonly number: number;
  /** Users at a time, or arrivals per second, of the whole crowd. 0: everyone leaves. */
  readonly level: number;
  /** In ms of the clock that the processes of a machine share. */
  readonly startAt: number;
  /** The ids of all meetings of the crowd, if the level needs more of them. */
  readonly meetings?: readonly string[];
}
