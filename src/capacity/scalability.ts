import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import { studentQuantile } from '../statistics/student-quantile.ts';
import type { Axis } from './axis.ts';
import type { Capacity, Level } from './evidence.ts';
import { latestOf } from './next-level.ts';

type Scalability = NonNullable<Capacity['scalability']>;

/** Fewer levels fit any three coefficients. */
const FEWEST_LEVELS = 6;
/** Before the knee, each user has nearly the throughput of a user alone; behind it, clearly less. */
const BEFORE_KNEE = 0.9;
const BEHIND_KNEE = 0.75;
/** As many levels on each side of the knee. */
const FEWEST_BESIDE = 2;
const COEFFICIENTS = 3;

/** Users, and successful calls per second. */
export interface Point {
  readonly users: number;
  readonly perSecond: number;
}

/**
 * The coefficients of the Universal Scalability Law over the levels of a search (Gunther, Guerrilla Capacity Planning,
 * 2007, chapter 4): X(N) = λN / (1 + σ(N−1) + κN(N−1)).
 *
 * @returns null for arrivals, whose throughput is the request, and unless six or more levels span the knee
 */
export function scalabilityOf(axis: Axis, levels: readonly Level[]): Scalability | null {
  if (axis === 'arrivals') return null;
  // A generator that was overloaded limits the throughput itself.
  const served = latestOf(levels).filter(
    ({ verdict, perSecond }) => verdict !== 'generator' && perSecond > 0,
  );
  return fitScalability(served.map(({ users, perSecond }) => ({ users, perSecond })));
}

/** Fits the law to points in any order. Null as above, or without a unique best fit. */
export function fitScalability(points: readonly Point[]): Scalability | null {
  const used = [...points].filter(({ users }) => users >= 1).sort((one, other) => one.users - other.users);
  if (used.length < FEWEST_LEVELS || !spansKnee(used)) return null;
  const scale = scaleOf(used);
  const { parameterValues } = levenbergMarquardt(
    { x: used.map(({ users }) => users), y: used.map((point) => efficiency(point) / scale[0]) },
    (coefficients) => (users) => modelled(coefficients, scale, users),
    {
      initialValues: [1, 0.1, 0.1],
      minValues: [1e-6, 0, 0],
      maxValues: [1e3, 1e6, 1e6],
      maxIterations: 300,
      damping: 0.1,
      errorTolerance: 1e-12,
      improvementThreshold: 1e-9,
      jacobianFunction: (coefficients) => (users) => derivatives(coefficients, scale, users),
    },
  );
  return withIntervals(used, parameterValues, scale);
}

/** Throughput of each user. The law is fitted to it, because its errors are about equal on all levels. */
function efficiency({ users, perSecond }: Point): number {
  return perSecond / users;
}

function spansKnee(points: readonly Point[]): boolean {
  const best = Math.max(...points.map(efficiency));
  const before = points.filter((point) => efficiency(point) >= BEFORE_KNEE * best);
  const behind = points.filter((point) => efficiency(point) < BEFORE_KNEE * best);
  const lowest = Math.min(...points.map(efficiency));
  return before.length >= FEWEST_BESIDE && behind.length >= FEWEST_BESIDE && lowest <= BEHIND_KNEE * best;
}

/** Units in which all three coefficients are about 1, so that rounding errors do not disturb the fit. */
type Scale = readonly [perUser: number, contention: number, crosstalk: number];

function scaleOf(points: readonly Point[]): Scale {
  const most = points.at(-1)!.users;
  return [Math.max(...points.map(efficiency)), 1 / most, 1 / most ** 2];
}

/** `X(N) / N`, in units of the scale. */
function modelled(coefficients: readonly number[], scale: Scale, users: number): number {
  return coefficients[0]! / denominator(coefficients, scale, users);
}

function denominator([, contention, crosstalk]: readonly number[], scale: Scale, users: number): number {
  return 1 + contention! * scale[1] * (users - 1) + crosstalk! * scale[2] * users * (users - 1);
}

function derivatives(coefficients: readonly number[], scale: Scale, users: number): number[] {
  const below = denominator(coefficients, scale, users);
  const slope = -coefficients[0]! / below ** 2;
  return [1 / below, slope * scale[1] * (users - 1), slope * scale[2] * users * (users - 1)];
}

/** 95% intervals from the covariance of the fit: s²(JᵀJ)⁻¹, with Student's t. */
function withIntervals(
  points: readonly Point[],
  fitted: readonly number[],
  scale: Scale,
): Scalability | null {
  const residuals = points.map(
    (point) => efficiency(point) / scale[0] - modelled(fitted, scale, point.users),
  );
  const degrees = points.length - COEFFICIENTS;
  const variance = residuals.reduce((sum, value) => sum + value ** 2, 0) / degrees;
  const rows = points.map(({ users }) => derivatives(fitted, scale, users));
  const inverse = inverseDiagonal(squareOf(rows));
  if (!inverse || fitted.some((value) => !Number.isFinite(value))) return null;
  const t = studentQuantile(0.025, degrees);
  const [perUser, contention, crosstalk] = fitted.map((value, index) => {
    const reach = t * Math.sqrt(variance * inverse[index]!);
    const unit = scale[index]!;
    return { value: value * unit, low: Math.max(0, value - reach) * unit, high: (value + reach) * unit };
  });
  const peaks = crosstalk!.low > 0 && contention!.value < 1;
  return {
    contention: contention!,
    crosstalk: crosstalk!,
    perUser: perUser!,
    peakAt: peaks ? Math.sqrt((1 - contention!.value) / crosstalk!.value) : null,
  };
}

/** JᵀJ */
function squareOf(rows: readonly (readonly number[])[]): number[][] {
  const indices = Array.from({ length: COEFFICIENTS }, (_, index) => index);
  return indices.map((i) => indices.map((j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)));
}

/** The diagonal of the inverse of a symmetric 3×3 matrix; undefined if it has none. */
function inverseDiagonal(matrix: readonly (readonly number[])[]): number[] | undefined {
  const at = (row: number, column: number) => matrix[row % 3]![column % 3]!;
  const minor = (i: number, j: number) =>
    at(i + 1, j + 1) * at(i + 2, j + 2) - at(i + 1, j + 2) * at(i + 2, j + 1);
  const determinant = at(0, 0) * minor(0, 0) + at(0, 1) * minor(0, 1) + at(0, 2) * minor(0, 2);
  const size = at(0, 0) * at(1, 1) * at(2, 2);
  if (!(Math.abs(determinant) > 1e-12 * size)) return undefined;
  return [0, 1, 2].map((index) => minor(index, index) / determinant);
}
