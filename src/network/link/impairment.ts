import { assertNever, UserError } from '../../kernel/errors.ts';
import type { Impairment as LineImpairment, Loss } from '../impairment.ts';

/** `up` is from the participant to the service, `down` from the service to the participant. */
export type Direction = 'up' | 'down';

export const DIRECTIONS: readonly Direction[] = ['up', 'down'];

export type { Loss };

/**
 * What one direction does to the bytes that pass; what is left out is not impaired. Jitter is uniform, and bytes stay in
 * order, so late ones hold up those behind them. Bandwidth counts what TCP carries and is shared by all connections of
 * a path. Loss shows as TCP would show it: as the delay of retransmissions, never as missing bytes.
 */
export type Impairment = Partial<LineImpairment>;

export interface PathImpairment {
  readonly up?: Impairment;
  readonly down?: Impairment;
  /**
   * What TCP believes the round trip to be, from which it derives its retransmission timeout; by default the sum of
   * both latencies.
   */
  readonly rttMs?: number;
}

/** Every mistake in an impairment, as sentences; none when it is usable. */
export function mistakesIn({ up, down, rttMs }: PathImpairment): string[] {
  return [
    ...(up === undefined ? [] : mistakesInDirection('up', up)),
    ...(down === undefined ? [] : mistakesInDirection('down', down)),
    ...(rttMs === undefined ? [] : outside('rttMs', rttMs, 0, 60_000)),
  ];
}

/** For each thing that can be impaired: its mistakes, whether a value impairs nothing, and its words. */
interface Part<Value> {
  mistakes(name: string, value: Value): string[];
  isNothing(value: Value): boolean;
  says(value: Value): string;
}

/** In the order in which they are written. What an impairment may have and is not here does not compile. */
const parts: { readonly [Name in keyof LineImpairment]-?: Part<NonNullable<LineImpairment[Name]>> } = {
  latencyMs: {
    mistakes: (name, value) => outside(name, value, 0, 60_000),
    isNothing: (value) => value === 0,
    says: (value) => `${value} ms`,
  },
  jitterMs: {
    mistakes: (name, value) => outside(name, value, 0, 60_000),
    isNothing: (value) => value === 0,
    says: (value) => `± ${value} ms`,
  },
  bandwidthKbps: {
    mistakes: (name, value) => outside(name, value, 1, 10_000_000),
    isNothing: () => false,
    says: (value) => `${value} kbit/s`,
  },
  loss: { mistakes: mistakesInLoss, isNothing: () => false, says: describeLoss },
};

/** What is set of an impairment, each with its name and value. */
function setOf(impairment: Impairment): { name: string; part: Part<unknown>; value: unknown }[] {
  return Object.entries(parts).flatMap(([name, part]) => {
    const value = impairment[name as keyof Impairment];
    return value === undefined ? [] : [{ name, part: part as Part<unknown>, value }];
  });
}

function mistakesInDirection(direction: Direction, impairment: Impairment): string[] {
  return setOf(impairment).flatMap(({ name, part, value }) => part.mistakes(`${direction}.${name}`, value));
}

function mistakesInLoss(name: string, loss: Loss): string[] {
  switch (loss.model) {
    case 'bernoulli':
      return outside(`${name}.percent`, loss.percent, 0, 100);
    case 'gilbert-elliott': {
      const { lossPercent, meanBurst } = loss;
      const mistakes = [
        ...outside(`${name}.lossPercent`, lossPercent, 0, 99),
        ...outside(`${name}.meanBurst`, meanBurst, 1, 10_000),
      ];
      if (mistakes.length > 0) return mistakes;
      // Between two bursts lies at least one segment that passes.
      const least = lossPercent / (100 - lossPercent);
      return meanBurst >= least
        ? []
        : [
            `${name}: ${lossPercent} % cannot be lost in bursts of ${meanBurst}. ` +
              `Give a meanBurst of at least ${Math.ceil(least * 100) / 100}, or lose less.`,
          ];
    }
    default: {
      const { model } = loss satisfies never as { model: unknown };
      return [`${name}.model is ${JSON.stringify(model)}. Use one of: bernoulli, gilbert-elliott.`];
    }
  }
}

function outside(name: string, value: number, least: number, most: number): string[] {
  return typeof value === 'number' && value >= least && value <= most
    ? []
    : [`${name} is ${JSON.stringify(value)}. Give a number from ${least} to ${most}.`];
}

/** @throws UserError with all mistakes at once */
export function assertNoMistakes(mistakes: readonly string[]): void {
  if (mistakes.length > 0) throw new UserError(mistakes.join('\n'));
}

export function isNothing(impairment: Impairment): boolean {
  return setOf(impairment).every(({ part, value }) => part.isNothing(value));
}

/** `up 100 ms ± 20 ms, 1000 kbit/s, loss 20 % of TCP segments; down unimpaired` */
export function describeImpairment({ up = {}, down = {} }: PathImpairment): string {
  const [upwards, downwards] = [describeDirection(up), describeDirection(down)];
  return upwards === downwards ? `both ways ${upwards}` : `up ${upwards}; down ${downwards}`;
}

function describeDirection(impairment: Impairment): string {
  if (isNothing(impairment)) return 'unimpaired';
  // Jitter is around a latency, of 0 ms where none is set.
  const { jitterMs = 0, latencyMs = 0 } = impairment;
  const whole: Impairment = jitterMs > 0 ? { ...impairment, latencyMs } : impairment;
  const said = setOf(whole).filter(({ part, value }) => part === parts.latencyMs || !part.isNothing(value));
  return said
    .map(({ part, value }) => part.says(value))
    .join(', ')
    .replace(', ±', ' ±');
}

function describeLoss(loss: Loss): string {
  switch (loss.model) {
    case 'bernoulli':
      return `loss ${loss.percent} % of TCP segments`;
    case 'gilbert-elliott':
      return `loss ${loss.lossPercent} % of TCP segments in bursts of ${loss.meanBurst}`;
    default:
      return assertNever(loss);
  }
}
