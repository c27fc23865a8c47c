import type { LineFigures } from './line.ts';

/** What is known of the way from this tab to everybody. */
export type OwnLine = {
  lossPercent: number | undefined;
  lossDownPercent: number | undefined;
  lossUpPercent: number | undefined;
  rttMs: number | undefined;
  jitterMs: number | undefined;
  /** Undefined: nothing shows that it is narrow. */
  narrowKbps: number | undefined;
  /** Packets that came, and that were lost on the way here, in the last seconds; of all lines. */
  packets: { received: number; lost: number };
};

/**
 * What several lines share is the own line: a problem of another user is on one line alone. So the median is
 * taken, of an even number the lower one; with one line nothing shows whose problem it is.
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

/** An estimate within this factor of the sent bitrate shows that the line has little more room. */
const CLOSE = 1.4;

/**
 * A browser's estimate of what it might send tells of the line only where it comes near what is sent: for sound alone
 * it stays between 108 and 143 kbps on a line that is wide (Chromium 156, 36 to 50 kbps sent); on one of 40 kbps it is
 * 62 to 66.
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
