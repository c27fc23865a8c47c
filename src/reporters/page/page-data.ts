import type { Summary } from '../summary/schema.ts';

/** Everything that one run has to show. Parts that it does not have are left out, and so are their sections. */
export interface PageData {
  readonly runId: string;
  /** One for each crowd. */
  readonly crowds: readonly Summary[];
}
