import type { LineFigures } from './line.ts';

/** The figures of this user's own line. */
export type OwnLine = {
  lossPercent: number | undefined;
  lossDownPercent: number | undefined;
  lossUpPercent: number | undefined;
  rttMs: number | undefined;
  jitterMs: number | undefined;
  /** Undefined if the line shows no limit. */
  narrowKbps: number | undefined;
  /** The received and lost packets of all lines in the last seconds. */
  packets: { received: number; lost: number };
};

/**
 * The median of the lines, because a problem of another user is only on one line. With an even number, it is the lower
 * median. With one line, the cause of a problem is unknown.
 */
export function ownLine(lines: readonly LineFigures[]): OwnLine {
  const median = (figure: keyof LineFigures) => lowerMedian(lines.map((line) => line[figure]));
  const [lossDownPercent, lossUpPercent] = [median('lossDownPercent'), median('lossUpPercent')];
  const losses = [lossDownPercent, lossUpPercent].filter((loss) => loss !== undefined);
  return {
    lossPercent: losses.length > 0 ? Math.max(...losses) : undefined,
    lossDownPercent,
    lossUpPercent,
    rttMs: median('rttMs'),
    jitterMs: median('jitterMs'),
    narrowKbps: narrowness(lines),
    packets: {
      received: sum(lines.map(({ received }) => received)),
      lost: sum(lines.map(({ lost }) => lost)),
    },
  };
}

/** An estimate within this factor of the sent bitrate shows a narrow line. */
const CLOSE = 1.4;

/**
 * The bandwidth of a narrow line. A browser's estimate is useful only if it is near the sent bitrate: with audio alone,
 * it is between 108 and 143 kbps on a wide line (Chromium 156, 36 to 50 kbps sent), and 62 to 66 kbps on a line of 40
 * kbps.
 */
function narrowness(lines: readonly LineFigures[]): number | undefined {
  const isNarrow = ({ availableKbps, sentKbps }: LineFigures) =>
    availableKbps !== undefined && sentKbps > 0 && availableKbps < CLOSE * sentKbps;
  return lines.length > 0 && lines.every(isNarrow)
    ? sum(lines.map(({ availableKbps }) => availableKbps ?? 0))
    : undefined;
}

function lowerMedian(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  return known[Math.floor((known.length - 1) / 2)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
