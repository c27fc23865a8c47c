import { UserError } from '../../kernel/errors.ts';
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

function mistakesInDirection(direction: Direction, impairment: Impairment): string[] {
  const { latencyMs, jitterMs, bandwidthKbps, loss } = impairment;
  return [
    ...(latencyMs === undefined ? [] : outside(`${direction}.latencyMs`, latencyMs, 0, 60_000)),
    ...(jitterMs === undefined ? [] : outside(`${direction}.jitterMs`, jitterMs, 0, 60_000)),
    ...(bandwidthKbps === undefined
      ? []
      : outside(`${direction}.bandwidthKbps`, bandwidthKbps, 1, 10_000_000)),
    ...(loss === undefined ? [] : mistakesInLoss(`${direction}.loss`, loss)),
  ];
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
      const { model } = loss as { model: unknown };
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

export function isNothing({ latencyMs, jitterMs, bandwidthKbps, loss }: Impairment): boolean {
  return !latencyMs && !jitterMs && bandwidthKbps === undefined && loss === undefined;
}

/** `up 100 ms ± 20 ms, 1000 kbit/s, loss 20 % of TCP segments; down unimpaired` */
export function describeImpairment({ up = {}, down = {} }: PathImpairment): string {
  const [upwards, downwards] = [describeDirection(up), describeDirection(down)];
  return upwards === downwards ? `both ways ${upwards}` : `up ${upwards}; down ${downwards}`;
}

function describeDirection(impairment: Impairment): string {
  if (isNothing(impairment)) return 'unimpaired';
  const { latencyMs = 0, jitterMs = 0, bandwidthKbps, loss } = impairment;
  const parts: string[] = [];
  if (latencyMs > 0 || jitterMs > 0) parts.push(`${latencyMs} ms${jitterMs > 0 ? ` ± ${jitterMs} ms` : ''}`);
  if (bandwidthKbps !== undefined) parts.push(`${bandwidthKbps} kbit/s`);
  if (loss?.model === 'bernoulli') parts.push(`loss ${loss.percent} % of TCP segments`);
  if (loss?.model === 'gilbert-elliott') {
    parts.push(`loss ${loss.lossPercent} % of TCP segments in bursts of ${loss.meanBurst}`);
  }
  return parts.join(', ');
}
