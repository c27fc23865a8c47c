import { type Check, finding } from './check.ts';
import type { Entry } from './ledger.ts';

/** The ways in which a connection is broken, and what a Socket.IO client has to be told then. */
export const dropKinds = {
  close: { reasons: ['transport close'], isSilent: false },
  reset: { reasons: ['transport close', 'transport error'], isSilent: false },
  'engine close': { reasons: ['forced close', 'transport close'], isSilent: false },
  stall: { reasons: ['ping timeout'], isSilent: true },
  'half-open down': { reasons: ['ping timeout'], isSilent: true },
  // The service misses the pongs and closes; the way down still works, so the client is told.
  'half-open up': { reasons: ['transport close', 'ping timeout'], isSilent: true },
} as const;

export type DropKind = keyof typeof dropKinds;

/** The mark with which an experiment says whose connection it broke and how. */
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

/** What each broken connection's own client noticed of it. */
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

/** Every broken connection is noticed by its client within the bound of its kind, with the reason that its kind has. */
export function dropsAreNoticed({ promptMs, silentMs }: { promptMs: number; silentMs: number }): Check {
  return (entries) => {
    const drops = noticedDrops(entries);
    const evidence = drops.flatMap(({ who, kind, detectedMs, reason }) => {
      const { reasons, isSilent } = dropKinds[kind];
      const boundMs = isSilent ? silentMs : promptMs;
      if (detectedMs === null) return [`${who} never noticed: ${kind}`];
      return [
        ...(detectedMs > boundMs
          ? [`${who} noticed ${kind} after ${Math.round(detectedMs)} ms, the bound is ${boundMs} ms`]
          : []),
        ...((reasons as readonly string[]).includes(reason ?? '')
          ? []
          : [`${who} was told "${reason}" of ${kind}, not "${reasons[0]}"`]),
      ];
    });
    return finding(
      'every drop is noticed in time, for its reason',
      { count: drops.length, at: 'drops' },
      evidence,
    );
  };
}
