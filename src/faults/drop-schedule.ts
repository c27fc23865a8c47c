import { type DropKind, dropKinds } from '../checks/drops.ts';
import { seeded } from '../kernel/random.ts';

/** One drop of one connection, `afterMs` after the connection last recovered. */
export interface PlannedDrop {
  readonly afterMs: number;
  readonly kind: DropKind;
}

export interface DropScheduleOptions {
  readonly seed: number;
  readonly connections: number;
  readonly dropsEach: number;
  /** The range of the pauses between two drops of one connection, evenly distributed. */
  readonly calmMs: readonly [number, number];
}

/** The drops of each connection in turn. All kinds are equally frequent; the seed decides the times. */
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
