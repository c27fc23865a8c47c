import { DROP, type DropKind } from '../checks/drops.ts';
import type { Ledger } from '../checks/ledger.ts';
import { assertNever } from '../kernel/errors.ts';
import type { Path } from '../network/link/path.ts';
import type { RecordedParticipant } from '../participants/recorded-participant.ts';

/** A participant with its own path, so that a drop breaks no other connection. */
export interface Breakable {
  readonly participant: RecordedParticipant;
  readonly path: Path;
}

/**
 * Breaks one participant's connection in one way, and marks it in the ledger. Silent kinds last `silentMs`, long enough to
 * be noticed; the others are over at once.
 */
export async function dropConnection(
  { participant, path }: Breakable,
  kind: DropKind,
  ledger: Ledger,
  silentMs: number,
): Promise<void> {
  ledger.add({ who: 'experiment', type: 'mark', name: DROP, value: { who: participant.userId, kind } });
  const ttl = { ttlMs: silentMs };
  switch (kind) {
    case 'close':
      await path.close();
      return;
    case 'reset':
      await path.reset();
      return;
    case 'engine close':
      participant.closeEngine();
      return;
    case 'stall':
      await path.inflict({ kind: 'stalled', direction: 'both' }, ttl);
      return;
    case 'half-open down':
      await path.inflict({ kind: 'half-open', direction: 'down' }, ttl);
      return;
    case 'half-open up':
      await path.inflict({ kind: 'half-open', direction: 'up' }, ttl);
      return;
    default:
      assertNever(kind);
  }
}
