import { EventEmitter } from 'node:events';
import type { Capacity } from '../../../../src/capacity/evidence.ts';
import { limitsOf } from '../../../../src/capacity/limits.ts';
import type { SearchOptions } from '../../../../src/capacity/search.ts';
import type { Coordinator } from '../../../../src/crowd/coordinator/coordinator.ts';
import type { LevelOrder } from '../../../../src/crowd/levels/order.ts';
import type { GeneratorSample } from '../../../../src/crowd/slice-report.ts';
import {
  SteeredSearch,
  type SteeredSearchOptions,
} from '../../../../src/steering/capacity/steered-search.ts';
import { parseTargets, splitTargets } from '../../../../src/targets/parse.ts';
import { Timings } from '../../../../src/timings/timings.ts';
import { sliceReport } from '../../crowd/slice-reports.ts';

/** When the crowd started, on the clock that all processes share. */
const START = 5_000_000;

/** Where the service of a fake run has its limit, and what its slices do. */
export interface FakeService {
  /** Users from which on each call takes a second instead of 20 ms. */
  readonly capacity: number;
  /** The sample of a slice in a second; by default, the generator is idle. */
  generator?(users: number): Partial<GeneratorSample>;
}

export const options: SearchOptions = {
  axis: 'users',
  ...limitsOf(parseTargets(splitTargets('latency p95 < 500 ms; error rate < 1 %'))),
  withinPercent: 5,
  forMs: 900_000,
  atMost: 10_000,
  atMostReason: 'CAPACITY_AT_MOST',
  atLeast: null,
};

/** The coordinator of a fake run: it keeps the orders, and what is noted. */
class FakeCoordinator extends EventEmitter {
  readonly orders: (LevelOrder | null)[] = [];
  readonly notices: string[] = [];
  capacity: Capacity | undefined;

  constructor() {
    super();
    this.on('notice', (text: string) => this.notices.push(text));
  }

  order(_crowd: string, order: LevelOrder | null): void {
    this.orders.push(order);
  }

  noteCapacity(_crowd: string, capacity: Capacity): void {
    this.capacity = capacity;
  }
}

/** A crowd of one or more slices in virtual time: the users of a level make ten calls a second each. */
export class FakeRun {
  readonly coordinator = new FakeCoordinator();
  readonly kept: Capacity[] = [];
  readonly opened: number[] = [];
  readonly #slices: readonly { readonly slice: number; readonly timings: Timings }[];
  readonly #service: FakeService;
  readonly #lost = new Set<number>();
  readonly search: SteeredSearch;
  #second = 0;

  constructor(
    service: FakeService,
    {
      slices = 1,
      ...over
    }: { readonly slices?: number } & Partial<
      Pick<SteeredSearchOptions, 'options' | 'meetings' | 'serves'>
    > = {},
  ) {
    this.#service = service;
    this.#slices = Array.from({ length: slices }, (_, index) => ({
      slice: index + 1,
      timings: new Timings(0),
    }));
    this.search = new SteeredSearch({
      crowd: 'crowd',
      startedAt: START,
      clock: { now: () => START + this.#second * 1000 },
      slices: this.#slices.map(({ slice }) => slice),
      options,
      coordinator: this.coordinator as unknown as Coordinator,
      meetings: {
        openFor: async (level) => {
          this.opened.push(level);
          return undefined;
        },
        seen: () => undefined,
      },
      serves: async () => undefined,
      keep: (_crowd, capacity) => this.kept.push(capacity),
      ...over,
    });
  }

  /** The order that the slices follow now. */
  get order(): LevelOrder | null | undefined {
    return this.coordinator.orders.at(-1);
  }

  /** This slice reports no more. */
  silence(slice: number): void {
    this.#lost.add(slice);
  }

  /** Runs this many seconds, or until the crowd is asked to end. */
  async run(seconds: number): Promise<void> {
    for (let count = 0; count < seconds && this.order !== null; count++) {
      // The order is sent when the meetings are open.
      await new Promise(setImmediate);
      this.#pass();
    }
    await new Promise(setImmediate);
  }

  #pass(): void {
    const users = this.order?.level ?? 0;
    const [from, to] = [this.#second * 1000, (this.#second + 1) * 1000];
    this.#second += 1;
    for (const { slice, timings } of this.#slices) {
      if (this.#lost.has(slice)) continue;
      const own = users / this.#slices.length;
      const latencyMs = users > this.#service.capacity ? 900 : 20;
      timings.setUsers(own, from);
      const calls = Math.min(150, Math.max(1, Math.round(own * 10)));
      const operation = timings.operation('meeting.get');
      for (let call = 0; call < calls && own > 0; call++)
        operation.record('ok', from, from + latencyMs + call / 100);
      const sample = {
        atMs: to,
        loopDelayMaxMs: 1,
        cpu: 0.1,
        memoryBytes: 1,
        ...this.#service.generator?.(users),
      };
      const report = sliceReport({
        slice,
        finished: false,
        sequence: this.#second,
        elapsedMs: to + 5,
        users: own,
        samples: [sample],
        timings: timings.snapshot(to + 5),
      });
      this.coordinator.emit('report', report);
    }
  }
}
