import { type DropKind, dropKinds } from '../checks/drops.ts';
import { seeded } from '../kernel/random.ts';

/** One drop of one connection: so long after the connection was last well, in ms. */
export interface PlannedDrop {
  readonly afterMs: number;
  readonly kind: DropKind;
}

export interface DropScheduleOptions {
  readonly seed: number;
  readonly connections: number;
  readonly dropsEach: number;
  /** Between two drops of one connection, evenly distributed. */
  readonly calmMs: readonly [number, number];
}

/** The drops of each connection in turn. Every kind comes equally often; when, is the seed's. */
export function dropSchedule({ seed, connections, dropsEach, calmMs }: DropScheduleOptions): PlannedDrop[][] {
  const kinds = Object.keys(dropKinds) as DropKind[];
  const [least, most] = calmMs;
  return Array.from({ length: connections }, (_, connection) => {
    const random = seeded(seed, 'drops', connection);
    return Array.from({ length: dropsEach }, (__, drop) => ({
      afterMs: least + (most - least) * random(),
      kind: kinds[(connection * dropsEach + drop) % kinds.length]!,
    }));
  });
}
