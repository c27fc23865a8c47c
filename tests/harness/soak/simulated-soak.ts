import { type Random, seeded } from '../../../src/kernel/random.ts';
import type { Round, Sample, SoakPlan } from '../../../src/soak/evidence.ts';
import { divide } from '../../../src/soak/plan.ts';
import { normal } from '../history/records.ts';

const MIB = 2 ** 20;

/** A service in virtual time: what it keeps for each session, and how long it warms up. */
export interface Behaviour {
  readonly forMs?: number;
  readonly rounds?: number;
  /** Sessions of each round; drawn from 200–1000 without it. */
  readonly sessions?: number;
  /** Bytes of heap that each session leaves behind. */
  readonly leakBytes?: number;
  /** Every nth session leaves one socket behind. */
  readonly leakSocketEvery?: number;
  /** The time constant of the warm-up, as a part of the soak; drawn from 0.03–0.1 without it. */
  readonly warmUp?: number;
  readonly warmUpBytes?: number;
  /** Latency that each 1000 sessions add. */
  readonly driftMs?: number;
}

export interface SimulatedSoak {
  readonly plan: SoakPlan;
  readonly rounds: Round[];
  readonly samples: Sample[];
}

/**
 * A soak of a service with a sawtooth heap. Its full collections come when enough garbage is there, which may take several
 * rounds, and in some rests. What lives has slow noise (AR 1), a cache that fills up to its limit, and a warm-up. RSS
 * follows the highest heap and shrinks slowly. A connection pool is as large as its busiest moment, or shrinks when idle.
 */
export function simulatedSoak(key: string | number, behaviour: Behaviour = {}): SimulatedSoak {
  const random = seeded('soak', key);
  const { forMs = 600_000, sessions = Math.round(between(random, 200, 1000)) } = behaviour;
  const { tooShort: _, ...division } = divide({
    forMs,
    ...(behaviour.rounds ? { rounds: behaviour.rounds } : {}),
  });
  const plan: SoakPlan = {
    schema: 'fullhouse/soak/1',
    name: 'simulated',
    startedAt: null,
    forMs,
    ...division,
    memoryLimitBytes: 512 * MIB,
    before: null,
    stopped: null,
    ended: true,
  };
  const service = new SimulatedService(random, plan, { ...behaviour, sessions });
  const samples: Sample[] = [];
  const rounds: Round[] = [];
  const roundMs = plan.workMs + plan.restMs;
  for (let number = 1; number <= plan.rounds; number++) {
    const startedAtMs = (number - 1) * roundMs;
    const endedAtMs = startedAtMs + plan.workMs;
    for (let atMs = startedAtMs; atMs < startedAtMs + roundMs; atMs += plan.sampleEveryMs) {
      const state = atMs < endedAtMs ? 'working' : 'resting';
      samples.push({ atMs, round: number, state, values: service.step(atMs, state) });
    }
    const rest = samples.at(-1)!.values;
    rounds.push({
      schema: 'fullhouse/soak-round/1',
      number,
      startedAtMs,
      endedAtMs,
      restedAtMs: endedAtMs + plan.restMs,
      isWhole: true,
      sessions: { started: sessions, completed: sessions },
      operations: {},
      blocks: service.blocks(startedAtMs, endedAtMs),
      rest,
      generator: [],
    });
  }
  return { plan, rounds, samples };
}

class SimulatedService {
  readonly #base: number;
  readonly #warmUp: { bytes: number; partOfSoak: number };
  readonly #cache: { limit: number; perSession: number };
  readonly #garbage: { perSession: number; threshold: number; restCollection: number };
  readonly #noise: { sd: number; memory: number };
  readonly #pool: { shrinks: boolean; most: number; typical: number };
  readonly #latency = { median: 0, memory: 0, sd: 0 };
  #sessions = 0;
  #garbageNow = 0;
  #slowNoise = 0;
  #latencyNoise = 0;
  #afterCollection: number | undefined;
  #resident = 0;
  #poolNow = 0;

  constructor(
    readonly random: Random,
    readonly plan: SoakPlan,
    readonly behaviour: Behaviour & { sessions: number },
  ) {
    const draw = (low: number, high: number) => between(random, low, high);
    this.#base = draw(25, 80) * MIB;
    this.#warmUp = {
      bytes: behaviour.warmUpBytes ?? draw(1, 15) * MIB,
      partOfSoak: behaviour.warmUp ?? draw(0.03, 0.1),
    };
    const all = behaviour.sessions * plan.rounds;
    // The cache is full after 0% to 40% of the soak.
    const cacheBytes = draw(0, 5) * MIB;
    this.#cache = { limit: cacheBytes, perSession: cacheBytes / Math.max(1, all * draw(0.05, 0.4)) };
    // From ten full collections per round to one in three rounds.
    const perRound = Math.exp(draw(Math.log(1 / 3), Math.log(10)));
    const threshold = draw(4, 40) * MIB;
    this.#garbage = {
      threshold,
      perSession: (threshold * perRound) / behaviour.sessions,
      restCollection: draw(0, 1),
    };
    this.#noise = { sd: draw(0.02, 0.4) * MIB, memory: draw(0, 0.9) };
    this.#pool = { shrinks: random() < 0.5, most: Math.round(draw(5, 20)), typical: draw(2, 18) };
    Object.assign(this.#latency, { median: draw(2, 80), memory: draw(0, 0.8), sd: draw(0.02, 0.2) });
  }

  /** Virtual time goes on by one sample. @returns the metrics then */
  step(atMs: number, state: Sample['state']): Record<string, number> {
    const { plan, behaviour, random } = this;
    const isWorking = state === 'working';
    if (isWorking) {
      const started = (behaviour.sessions * plan.sampleEveryMs) / plan.workMs;
      this.#sessions += started;
      this.#garbageNow += started * this.#garbage.perSession;
      const busy = Math.min(
        this.#pool.most,
        Math.max(1, Math.round(this.#pool.typical + 2 * normal(random))),
      );
      this.#poolNow = Math.max(this.#poolNow, busy);
    } else {
      // Even an idle service makes some garbage.
      this.#garbageNow += 0.002 * this.#garbage.threshold;
      if (this.#pool.shrinks && random() < 0.5) this.#poolNow = 1;
    }
    const { memory, sd } = this.#noise;
    this.#slowNoise = memory * this.#slowNoise + Math.sqrt(1 - memory ** 2) * sd * normal(random);
    const live = this.#live(atMs, isWorking);
    const samplesOfRest = plan.restMs / plan.sampleEveryMs;
    const isIdleCollection = !isWorking && random() < this.#garbage.restCollection / samplesOfRest;
    if (this.#garbageNow > this.#garbage.threshold || isIdleCollection) {
      this.#garbageNow = 0;
      this.#afterCollection = live;
    }
    const heap = live + this.#garbageNow;
    // RSS follows the heap at once and gives back a little of it with each sample.
    this.#resident = Math.max(heap * 1.1 + 60 * MIB, this.#resident - 0.01 * (this.#resident - heap));
    return this.#values(heap, isWorking);
  }

  #live(atMs: number, isWorking: boolean): number {
    const { plan, behaviour } = this;
    const warm = this.#warmUp.bytes * (1 - Math.exp(-atMs / (this.#warmUp.partOfSoak * plan.forMs)));
    const cached = Math.min(this.#cache.limit, this.#sessions * this.#cache.perSession);
    const leaked = this.#sessions * (behaviour.leakBytes ?? 0);
    const active = isWorking ? 2 * MIB : 0;
    return this.#base + warm + cached + leaked + active + this.#slowNoise;
  }

  #values(heap: number, isWorking: boolean): Record<string, number> {
    const { behaviour, random } = this;
    const users = isWorking ? 40 : 0;
    const every = behaviour.leakSocketEvery ?? Number.POSITIVE_INFINITY;
    const sockets = users + Math.floor(this.#sessions / every);
    const others = Math.floor(3 * random());
    return {
      nodejs_heap_size_used_bytes: Math.round(heap),
      ...(this.#afterCollection === undefined
        ? {}
        : { nodejs_heap_after_full_collection_bytes: Math.round(this.#afterCollection) }),
      process_resident_memory_bytes: Math.round(this.#resident + 0.3 * MIB * normal(random)),
      'os.anonymous_bytes': Math.round(this.#resident * 0.7 + 0.3 * MIB * normal(random)),
      socketio_connections: users,
      'os.sockets': sockets + this.#poolNow + others,
      process_open_fds: 25 + sockets + this.#poolNow + others,
      'pg_pool_connections{state="total"}': this.#poolNow,
      'nodejs_active_resources{type="Timeout"}': 8 + users + Math.floor(2 * random()),
      meetings_active_participants: users,
    };
  }

  /** Blocks of 15 s or more, with latencies around the median of this service. */
  blocks(fromMs: number, toMs: number): Round['blocks'] {
    const { random } = this;
    const count = Math.max(1, Math.floor((toMs - fromMs) / 15_000));
    const lengthMs = (toMs - fromMs) / count;
    return Array.from({ length: count }, (_, index) => {
      const { memory, sd, median } = this.#latency;
      this.#latencyNoise = memory * this.#latencyNoise + Math.sqrt(1 - memory ** 2) * sd * normal(random);
      const drift = ((this.behaviour.driftMs ?? 0) * this.#sessions) / 1000;
      const p50Ms = median * Math.exp(this.#latencyNoise) + drift;
      return {
        fromMs: fromMs + index * lengthMs,
        toMs: fromMs + (index + 1) * lengthMs,
        users: 40,
        calls: 400,
        failed: 0,
        p50Ms,
        p95Ms: p50Ms * (2 + 0.1 * normal(random)),
      };
    });
  }
}

function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}
