/** One thing that is wrong with a contract. */
export interface Mistake {
  /** Where: `['operations', 'meeting.join', 'ok']`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** What to do. */
  readonly hint?: string;
}
