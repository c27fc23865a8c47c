import type { Direction } from '../network/impairment.ts';
import type { Link } from '../network/link/link.ts';
import type { Path } from '../network/link/path.ts';
import { retransmissionTimeoutMs } from '../network/link/tcp.ts';
import { type LossLayer, lossBothWays } from './loss-layer.ts';

export interface SegmentLossOptions {
  readonly link: Link;
  /** The delay of one direction. */
  readonly latencyMs: number;
  readonly bandwidthKbps: number;
  /** The deadline of one operation. */
  readonly deadlineMs: number;
}

/** Longer than any experiment: the proxy heals by itself when the test that began the loss has ended. */
const TTL_MS = 180_000;

/** TCP segments of HTTP and WebSocket are lost in both directions, and TCP sends them again after its timeouts. */
export function segmentLoss({ link, latencyMs, bandwidthKbps, deadlineMs }: SegmentLossOptions): LossLayer {
  return {
    name: 'TCP model',
    unit: 'TCP segments',
    catchesUpAtOnce: true,
    expectedShare: (lossPercent) => shareWithin({ lossPercent, latencyMs, deadlineMs }),
    async open(name) {
      const paths: Path[] = [];
      const all = <T>(act: (path: Path) => Promise<T>) => Promise.all(paths.map(act));
      return {
        async route(number) {
          const path = await link.open(`${name}-${number}`);
          paths.push(path);
          return path;
        },
        async lose(percent) {
          const one = { latencyMs, bandwidthKbps, loss: { model: 'bernoulli', percent } } as const;
          await all((path) => path.inflict({ kind: 'impaired', up: one, down: one }, { ttlMs: TTL_MS }));
        },
        async heal() {
          await all((path) => path.heal());
        },
        async counts() {
          const stats = await all((path) => path.stats());
          const sum = (direction: Direction, count: 'lost' | 'transmissions') =>
            stats.reduce((total, path) => total + path[direction][count], 0);
          const both = (direction: Direction) => ({
            lost: sum(direction, 'lost'),
            of: sum(direction, 'transmissions'),
          });
          return lossBothWays(both('up'), both('down'));
        },
      };
    },
  };
}

/** More timeouts would take years. */
const MOST_TIMEOUTS = 30;

/**
 * The chance that a request of one segment and its answer of one segment, on an open connection, are both through
 * within the deadline. A segment that is lost n times, which has the chance p^n (1 − p), is late by the sum of n
 * timeouts that double each time: RTO (2^n − 1).
 */
export function shareWithin(path: { lossPercent: number; latencyMs: number; deadlineMs: number }): number {
  const { lossPercent, latencyMs, deadlineMs } = path;
  const p = lossPercent / 100;
  const oneWay = { latencyMs };
  const rtoMs = retransmissionTimeoutMs({ up: oneWay, down: oneWay });
  const chances = Array.from({ length: MOST_TIMEOUTS }, (_, n) => ({
    lateMs: rtoMs * (2 ** n - 1),
    chance: p ** n * (1 - p),
  }));
  let share = 0;
  for (const up of chances) {
    for (const down of chances) {
      if (up.lateMs + down.lateMs + 2 * latencyMs <= deadlineMs) share += up.chance * down.chance;
    }
  }
  return share;
}
