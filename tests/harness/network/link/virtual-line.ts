import type { Socket } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { seeded } from '../../../../src/kernel/random.ts';
import type { PathImpairment } from '../../../../src/network/impairment.ts';
import { preparedFault } from '../../../../src/network/link/faults/prepared-fault.ts';
import { Bottleneck } from '../../../../src/network/link/proxy/bottleneck.ts';
import { conditionsUnder } from '../../../../src/network/link/proxy/conditions.ts';
import { DirectionCounts } from '../../../../src/network/link/proxy/direction-counts.ts';
import { Flow } from '../../../../src/network/link/proxy/flow.ts';
import type { Timers } from '../../../../src/network/link/proxy/timers.ts';
import { VirtualClock } from '../../kernel/virtual-clock.ts';

/** The number of bytes that arrived, and the instant by the virtual clock. */
export interface Arrival {
  readonly bytes: number;
  readonly at: number;
}

/**
 * One direction of a path in virtual time, in which delays are exact, also on a busy machine. The flows share the line,
 * like the connections of a path.
 */
export class VirtualLine {
  readonly clock = new VirtualClock();
  readonly counts = new DirectionCounts('up');
  readonly #timers: Timers = {
    now: () => this.clock.now(),
    after: (ms, act) => {
      const timer = new AbortController();
      this.clock.until(this.clock.now() + ms, timer.signal).then(act, () => undefined);
      return timer;
    },
    cancel: (timer) => (timer as AbortController | undefined)?.abort(),
  };
  readonly #bottleneck = new Bottleneck(this.#timers);
  readonly #conditions;
  #flows = 0;

  constructor(impairment: PathImpairment) {
    const conditions = conditionsUnder([preparedFault({ kind: 'impaired', ...impairment }, 1000).onLine]);
    this.#conditions = conditions.up;
    this.#bottleneck.limit(conditions.up.impairment.bandwidthKbps);
  }

  /** Opens a connection: sent data arrives in `arrivals`. */
  flow(): { send(data: Buffer): void; arrivals: Arrival[] } {
    const number = ++this.#flows;
    const source = new Readable({ read: () => undefined });
    const arrivals: Arrival[] = [];
    const sink = new Writable({
      write: (chunk: Buffer, _, done) => {
        arrivals.push({ bytes: chunk.length, at: this.clock.now() });
        done();
      },
    });
    new Flow({
      source: source as Socket,
      sink: sink as Socket,
      bottleneck: this.#bottleneck,
      counts: this.counts,
      conditions: this.#conditions,
      random: { loss: seeded('loss', number), jitter: seeded('jitter', number) },
      isOpen: true,
      timers: this.#timers,
    });
    return { send: (data) => source.push(data), arrivals };
  }
}

/** When this number of bytes was complete; undefined before. */
export function completeAt(arrivals: readonly Arrival[], bytes: number): number | undefined {
  let sum = 0;
  for (const arrival of arrivals) {
    sum += arrival.bytes;
    if (sum >= bytes) return arrival.at;
  }
  return undefined;
}
