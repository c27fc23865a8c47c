import { inUnit } from '../../../kernel/figures.ts';
import type { Summary } from '../schema.ts';
import type { Span } from './when.ts';

/** One curve: its values in the run, and when it counts as higher. */
interface Curve {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly { readonly atS: number; readonly value: number }[];
  /** Smaller differences mean nothing. */
  readonly least: number;
}

/** Fewer readings before the time show nothing usual. */
const FEWEST_OUTSIDE = 5;
const CLEARLY_HIGHER = 1.5;

/**
 * What rose at the same time, in words: the median of the time is at least 1.5 times as high as 90% of the readings
 * outside of it. This is no proof of a cause; curves that rose for another reason are possible.
 */
export function meanwhile(span: Span, { series }: Pick<Summary, 'series'>): string[] {
  return curvesOf(series).flatMap((curve) => {
    const [inside, outside] = divided(curve, span);
    if (inside.length === 0 || outside.length < FEWEST_OUTSIDE) return [];
    const high = at(inside, 0.5);
    const usual = at(outside, 0.9);
    if (high < usual * CLEARLY_HIGHER || high - usual < curve.least) return [];
    return [
      `${curve.name} rose at the same time (${inUnit(at(outside, 0.5), curve.unit)} to ${inUnit(high, curve.unit)})`,
    ];
  });
}

function divided({ values }: Curve, { fromS, toS }: Span): [inside: number[], outside: number[]] {
  const isInside = (atS: number) => atS >= fromS && atS <= toS + READING_EVERY_S;
  const sorted = (which: boolean) =>
    values
      .filter(({ atS }) => isInside(atS) === which)
      .map(({ value }) => value)
      .sort((one, other) => one - other);
  return [sorted(true), sorted(false)];
}

/** A reading describes the time since the one before. */
const READING_EVERY_S = 2;

function at(sorted: readonly number[], quantile: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))]!;
}

/** The curves that can explain slow answers: of the service first, then of the load generator. */
function curvesOf({ service, generator, everyS }: Summary['series']): Curve[] {
  const ofService = (
    [
      ['waitingForDatabase', 'the number of requests that wait for a database connection', '', 2],
      ['loopDelayMs', 'the delay of the service’s event loop', 'ms', 50],
      ['cpu', 'the service’s CPU use', 'cores', 0.2],
    ] as const
  ).map(([key, name, unit, least]): Curve => {
    const values = (service?.[key] ?? []).flatMap((value, index) =>
      value === null ? [] : [{ atS: service!.atS[index]!, value }],
    );
    return { name, unit, values, least };
  });
  const ofGenerator = generator.map(
    ({ slice, loopDelayMaxMs }): Curve => ({
      name: `the event-loop delay of the load generator (slice ${slice})`,
      unit: 'ms',
      values: loopDelayMaxMs.flatMap((value, index) =>
        value === null ? [] : [{ atS: index * everyS, value }],
      ),
      least: 100,
    }),
  );
  return [...ofService, ...ofGenerator];
}
