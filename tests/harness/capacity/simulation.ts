import { begin, observe, type Search, type SearchOptions, type Step } from '../../../src/capacity/search.ts';
import { seeded } from '../../../src/kernel/random.ts';
import { LIMIT, NOISES, type ServiceOptions, SimulatedService } from './simulated-service.ts';

const options = (over: Partial<SearchOptions>): SearchOptions => ({
  axis: 'users',
  limits: [LIMIT],
  leftOut: [],
  withinPercent: 5,
  forMs: 15 * 60_000,
  atMost: null,
  atLeast: null,
  ...over,
});

/** A whole search in virtual time. */
export function simulate(
  service: ServiceOptions,
  over: Partial<SearchOptions> = {},
): Search & { endMs: number } {
  const simulated = new SimulatedService(service);
  let search = begin(options({ axis: service.axis, ...over }));
  let endMs = 0;
  while (search.step.kind !== 'answer') {
    const before = search.step;
    const second = simulated.second(before);
    endMs = second.atMs + 1000;
    search = observe(search, second);
    if (search.step.number !== before.number) simulated.turn(search.step);
  }
  return { ...search, endMs };
}

/** Whether a service holds a level in the long run: its share of calls in time, over a quarter of an hour. */
function holdsInTheLongRun(service: ServiceOptions, level: number): boolean {
  if (level < 1) return true;
  const simulated = new SimulatedService({ ...service, seed: service.seed });
  const step: Step = { kind: 'level', number: 1, level, purpose: 'confirm' };
  let [within, of] = [0, 0];
  for (let second = 0; second < 960; second++) {
    const { within: counts } = simulated.second(step);
    if (second < 60) continue;
    within += counts[0]!['']!.latest;
    of += counts[0]!['']!.of;
    // Far beyond doubt.
    if (second === 240 && (within / of < 0.8 || within / of > 0.9995)) break;
  }
  return within / of >= LIMIT.required;
}

export interface Outcome {
  readonly service: ServiceOptions;
  readonly holds: number | null;
  /** The virtual time of the search. */
  readonly endMs: number;
  /** More than 5% above the true capacity. */
  readonly isTooMuch: boolean;
  readonly isWithin10: boolean;
}

/** How good the promise of a search was. */
function promise(service: ServiceOptions): Outcome {
  const { endMs, step } = simulate(service);
  const holds = step.kind === 'answer' ? step.answer.holds : null;
  if (holds === null) return { service, holds, endMs, isTooMuch: false, isWithin10: false };
  // Promises are whole numbers: a step of 1 is never a mistake.
  const isTooMuch = !holdsInTheLongRun(service, Math.min(holds - 1, Math.floor(holds / 1.05)));
  const isMuchTooMuch = isTooMuch && !holdsInTheLongRun(service, Math.floor(holds / 1.1));
  const isTooLittle = holdsInTheLongRun(service, Math.max(holds + 2, Math.ceil(holds / 0.9) + 1));
  return { service, holds, endMs, isTooMuch, isWithin10: !isMuchTooMuch && !isTooLittle };
}

/** A service of a mixed set: any axis and noise, and a rate between these two, evenly spread in its logarithm. */
export function serviceOf(index: number, [low, high]: readonly [number, number]): ServiceOptions {
  const random = seeded('sim', index);
  const axis = random() < 0.5 ? 'users' : 'arrivals';
  const perSecond = Math.round(low * (high / low) ** random());
  return { axis, perSecond, noise: NOISES[index % NOISES.length]!, seed: index };
}

export function promises(set: { from: number; to: number; perSecond: readonly [number, number] }): Outcome[] {
  return Array.from({ length: set.to - set.from }, (_, index) =>
    promise(serviceOf(set.from + index, set.perSecond)),
  );
}

/** The outcomes for which `isBad`, as texts for the message of a failed test. */
export function worstOf(outcomes: readonly Outcome[], isBad: (outcome: Outcome) => boolean): string[] {
  return outcomes.filter(isBad).map(({ service, holds }) => `${JSON.stringify(service)} promises ${holds}`);
}

export function quantile(values: readonly number[], part: number): number {
  return [...values].sort((one, other) => one - other)[Math.floor(part * (values.length - 1))]!;
}

/**
 * What other tools do: the load rises steadily for ten minutes to twice the nominal rate of the server, and the ramp
 * ends when a percentile over all calls so far is above the limit.
 * @returns how much the last level is above the true capacity, as a part of it
 */
export function naiveRamp(service: ServiceOptions): number {
  const simulated = new SimulatedService(service);
  const most = 3 * service.perSecond;
  let [within, of] = [0, 0];
  for (let second = 1; second <= 600; second++) {
    const level = Math.ceil((most * second) / 600);
    const step: Step = { kind: 'level', number: 1, level, purpose: 'double' };
    simulated.turn(step);
    const [counts] = simulated.second(step).within;
    within += counts!['']!.latest;
    of += counts!['']!.of;
    if (of > 20 && within / of < LIMIT.required) return level / trueCapacity(service, level) - 1;
  }
  return 1;
}

/** The highest level that holds in the long run, to about 1%. */
function trueCapacity(service: ServiceOptions, near: number): number {
  let [low, high] = [0, 2 * near];
  while (high - low > Math.max(1, 0.01 * high)) {
    const middle = Math.round((low + high) / 2);
    if (holdsInTheLongRun(service, middle)) low = middle;
    else high = middle;
  }
  return Math.max(1, low);
}
