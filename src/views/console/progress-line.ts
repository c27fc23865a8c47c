import type { Figure, Progress } from './progress.ts';

/** Colours a part of the line; returns the text unchanged if colours are off. */
export type Paint = (tone: 'bad' | 'good' | 'quiet', text: string) => string;

const GAP = '  ';
const [BAR_AT_LEAST, BAR_AT_MOST] = [8, 24];
/** Characters of the text that take precedence over a longer bar, and the fewest that are readable. */
const [WANTED_WHAT, LEAST_WHAT] = [40, 12];

/**
 * The progress as one line of at most `width` characters. If space is short, the bar gets shorter first; then the text,
 * the bar and the figures are omitted in this order, the least important figure first.
 */
export function progressLine({ phase, share, figures, what }: Progress, width: number, paint: Paint): string {
  const shown = fitting(figures, width - phase.length);
  const fixed = [phase, ...shown.map(({ text }) => text)].join(GAP).length;
  const room = width - fixed;
  const barLength = barFor(room - GAP.length, what.length);
  const told = cut(what, room - (barLength > 0 ? barLength + GAP.length : 0) - GAP.length);
  return [
    phase,
    ...(barLength > 0 ? [bar(share, barLength, paint)] : []),
    ...shown.map(({ text, tone }) => (tone ? paint(tone, text) : text)),
    ...(told === '' ? [] : [paint('quiet', told)]),
  ].join(GAP);
}

/** Logs are read in 80 columns too. */
const PLAIN_WIDTH = 79;
const PLAIN_GAP = ' · ';

/** The progress for a log without a terminal, in one line of 80 columns. */
export function plainLine({ phase, figures, what }: Progress): string {
  const head = cut(what === '' ? phase : `${phase}: ${what}`, PLAIN_WIDTH);
  const shown = fitting(figures, PLAIN_WIDTH - head.length, PLAIN_GAP);
  return [head, ...shown.map(({ text }) => text)].join(PLAIN_GAP);
}

/** The figures that fit, in their order; the least important figures are omitted first. */
function fitting(figures: readonly Figure[], room: number, gap = GAP): readonly Figure[] {
  const length = figures.reduce((sum, { text }) => sum + gap.length + text.length, 0);
  if (length <= room || figures.length === 0) return figures;
  const least = figures.reduce((one, other) => (other.rank > one.rank ? other : one));
  return fitting(
    figures.filter((figure) => figure !== least),
    room,
    gap,
  );
}

/** The length of the bar: the shortest one beside the text, longer if the text leaves room, and 0 if it does not fit. */
function barFor(room: number, textLength: number): number {
  if (room < BAR_AT_LEAST) return 0;
  const beside = room - BAR_AT_LEAST - GAP.length;
  const wanted = Math.min(textLength, WANTED_WHAT);
  const spare = beside < Math.min(wanted, LEAST_WHAT) ? room - BAR_AT_LEAST : Math.max(0, beside - wanted);
  return Math.min(BAR_AT_MOST, BAR_AT_LEAST + spare);
}

function bar(share: number, length: number, paint: Paint): string {
  const full = Math.round(share * length);
  return `${paint('good', '━'.repeat(full))}${paint('quiet', '─'.repeat(length - full))}`;
}

function cut(text: string, room: number): string {
  if (text.length <= room) return text;
  return room < LEAST_WHAT ? '' : `${text.slice(0, room - 1)}…`;
}
