import { DROP, type DropKind } from '../checks/drops.ts';
import type { Ledger } from '../checks/ledger.ts';
import { assertNever } from '../kernel/errors.ts';
import type { Path } from '../network/link/path.ts';
import type { Witness } from '../participants/witness.ts';

/** A participant with a path of its own, so that its connection can be broken alone. */
export interface Breakable {
  readonly witness: Witness;
  readonly path: Path;
}

/**
 * Breaks one participant's connection in one way, and marks it in the ledger. Silent kinds last `silentMs`, long enough
 * to be noticed; the others are over at once.
 */
export async function dropConnection(
  { witness, path }: Breakable,
  kind: DropKind,
  ledger: Ledger,
  silentMs: number,
): Promise<void> {
  const mark = () =>
    ledger.add({ who: 'experiment', type: 'mark', name: DROP, value: { who: witness.userId, kind } });
  const ttl = { ttlMs: silentMs };
  switch (kind) {
    case 'close':
      mark();
      await path.close();
      return;
    case 'reset':
      mark();
      await path.reset();
      return;
    case 'engine close':
      mark();
      witness.closeEngine();
      return;
    case 'stall':
      mark();
      await path.stall('both', ttl);
      return;
    case 'half-open down':
      mark();
      await path.halfOpen('down', ttl);
      return;
    case 'half-open up':
      mark();
      await path.halfOpen('up', ttl);
      return;
    default:
      assertNever(kind);
  }
}
