import type { Link } from '../network/link/link.ts';
import type { DirectionStats } from '../network/link/messages.ts';
import type { Path } from '../network/link/path.ts';
import { retransmissionTimeoutMs } from '../network/link/tcp.ts';
import type { LossLayer } from './loss-layer.ts';

export interface SegmentLossOptions {
  readonly link: Link;
  /** One way. */
  readonly latencyMs: number;
  readonly bandwidthKbps: number;
  /** Until when an operation has to be done. */
  readonly deadlineMs: number;
}

/** Longer than any experiment: the proxy heals by itself when who began the loss is gone. */
const TTL_MS = 180_000;

/** TCP segments of HTTP and WebSocket are lost in both directions, and sent again by TCP after its timeouts. */
export function segmentLoss({ link, latencyMs, bandwidthKbps, deadlineMs }: SegmentLossOptions): LossLayer {
  return {
    name: 'TCP model',
    unit: 'TCP segments',
    catchesUpAtOnce: true,
    expectedShare: (lossPercent) => shareWithin({ lossPercent, latencyMs, deadlineMs }),
    async open(name) {
      const paths: Path[] = [];
      const all = <T>(act: (path: Path) => Promise<T>) => Promise.all(paths.map(act));
      const stats = async () => {
        const [up, down] = [zero(), zero()];
        for (const path of await all((one) => one.stats())) {
          add(up, path.up);
          add(down, path.down);
        }
        return { up, down };
      };
      return {
        async route(number) {
          const path = await link.open(`${name}-${number}`);
          paths.push(path);
          return path;
        },
        async lose(percent) {
          const one = { latencyMs, bandwidthKbps, loss: { model: 'bernoulli', percent } } as const;
          await all((path) => path.impair({ up: one, down: one }, { ttlMs: TTL_MS }));
        },
        async heal() {
          await all((path) => path.heal());
        },
        async counts() {
          const { up, down } = await stats();
          const parts = `${up.lost} of ${up.transmissions} up, ${down.lost} of ${down.transmissions} down`;
          return { lost: up.lost + down.lost, of: up.transmissions + down.transmissions, parts };
        },
      };
    },
  };
}

const zero = () => ({ lost: 0, transmissions: 0 });

function add(sum: { lost: number; transmissions: number }, { lost, transmissions }: DirectionStats): void {
  sum.lost += lost;
  sum.transmissions += transmissions;
}

/** More timeouts than these take years. */
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
