import { defineCheck, finding } from './check.ts';
import type { Piece } from './evidence.ts';
import type { Entry } from './ledger.ts';

/** The ways in which a connection is broken, and the reasons that a Socket.IO client may get for each. */
export const dropKinds = {
  close: { reasons: ['transport close'], bound: 'promptMs' },
  reset: { reasons: ['transport close', 'transport error'], bound: 'promptMs' },
  'engine close': { reasons: ['forced close', 'transport close'], bound: 'promptMs' },
  stall: { reasons: ['ping timeout'], bound: 'silentMs' },
  'half-open down': { reasons: ['ping timeout'], bound: 'silentMs' },
  // The service misses the pongs and gives up within the same bound. Its closing message waits for an answer that cannot
  // arrive, so the client notices the missing pings. The last ping may have come one interval after the drop.
  'half-open up': { reasons: ['ping timeout', 'transport close'], bound: 'halfOpenUpMs' },
} as const;

export type DropKind = keyof typeof dropKinds;

/** The mark with which an experiment records which connection it broke, and how. */
export const DROP = 'drop';

export interface Drop {
  readonly who: string;
  readonly kind: DropKind;
}

export interface NoticedDrop extends Drop {
  /** From the mark to the client's `disconnect`; null when it never noticed. */
  readonly detectedMs: number | null;
  readonly reason?: string;
}

/** How the client of each broken connection noticed the drop. */
export function noticedDrops(entries: readonly Entry[]): NoticedDrop[] {
  return entries.flatMap((mark): NoticedDrop[] => {
    if (mark.type !== 'mark' || mark.name !== DROP) return [];
    const drop = mark.value as Drop;
    const noticed = entries.find(
      (entry) =>
        entry.n > mark.n &&
        entry.type === 'socket' &&
        entry.who === drop.who &&
        entry.change === 'disconnected',
    );
    if (noticed?.type !== 'socket') return [{ ...drop, detectedMs: null }];
    return [
      { ...drop, detectedMs: noticed.at - mark.at, ...(noticed.reason ? { reason: noticed.reason } : {}) },
    ];
  });
}

/** How soon a client has to notice each kind, in ms. */
export interface NoticeBounds {
  readonly promptMs: number;
  /** Interval and timeout of the service's pings together. */
  readonly silentMs: number;
  /** One more interval. */
  readonly halfOpenUpMs: number;
}

/** Every client notices its broken connection within the bound of its kind, with the reason of its kind. */
export const dropsAreNoticed = defineCheck(
  'every drop is noticed in time, for its reason',
  (entries, bounds: NoticeBounds) => {
    const drops = noticedDrops(entries);
    const evidence: Piece[] = [];
    for (const { who, kind, detectedMs, reason } of drops) {
      const { reasons, bound } = dropKinds[kind];
      const boundMs = bounds[bound];
      if (detectedMs === null) {
        evidence.push({
          kind: `drops (${kind}) were never noticed`,
          subject: who,
          message: `${who} never noticed the drop: ${kind}`,
        });
        continue;
      }
      if (detectedMs > boundMs)
        evidence.push({
          kind: `drops (${kind}) were noticed too late, the limit is ${boundMs} ms`,
          subject: `${who} (${Math.round(detectedMs)} ms)`,
          message: `${who} noticed ${kind} after ${Math.round(detectedMs)} ms, the limit is ${boundMs} ms`,
        });
      if (!(reasons as readonly string[]).includes(reason ?? ''))
        evidence.push({
          kind: `drops (${kind}) have the reason "${reason}", not "${reasons[0]}"`,
          subject: who,
          message: `${who} got the reason "${reason}" for ${kind}, not "${reasons[0]}"`,
        });
    }
    return finding({ count: drops.length, one: 'drop', onceEach: true }, evidence);
  },
  { about: 'time' },
);
