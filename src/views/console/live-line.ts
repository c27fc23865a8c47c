import { styleText } from 'node:util';
import type { LiveRun } from '../../live/live-run.ts';
import { type Progress, progressOf } from './progress.ts';
import { type Paint, plainLine, progressLine } from './progress-line.ts';

/** Without a terminal, a line now and then instead of one that is rewritten every second. */
const PLAIN_EVERY_MS = 10_000;
/** The same once more, with nothing but a later time: a sign of life. */
const SAME_EVERY_MS = 60_000;

const ERASE_LINE = '\r\u001b[2K';
/** A line that is a character too wide is cut off instead of wrapped: some characters take two places. */
const [NO_WRAP, WRAP] = ['\u001b[?7l', '\u001b[?7h'];

export interface LiveLineOptions {
  readonly out: NodeJS.WriteStream;
  /** A terminal that knows nothing but text. */
  readonly isDumb: boolean;
}

/** Shows how a run is doing while it goes on, in the last line of the terminal. */
export class LiveLine {
  readonly #out: NodeJS.WriteStream;
  readonly #isTerminal: boolean;
  readonly #paint: Paint;
  #shown = '';
  /** All of the last plain line but its times. */
  #facts = '';
  #shownAt = Number.NEGATIVE_INFINITY;
  #onScreen = false;
  #lastEntry = 0;

  constructor({ out, isDumb }: LiveLineOptions) {
    this.#out = out;
    this.#isTerminal = out.isTTY === true && !isDumb;
    const styles = { bad: 'red', good: 'green', quiet: 'dim' } as const;
    const hasColours = this.#isTerminal && out.hasColors();
    this.#paint = (tone, text) => (hasColours ? styleText(styles[tone], text) : text);
  }

  /** Shows the run as it is, and what its targets did since the last time. */
  show(run: LiveRun, now = performance.now()): void {
    for (const { number, kind, text } of run.log.since(this.#lastEntry)) {
      this.#lastEntry = number;
      if (kind === 'target') this.tell(text);
    }
    const progress = progressOf(run, now);
    if (!progress) this.clear();
    else if (this.#isTerminal) this.#rewrite(progress);
    else this.#add(progress, now);
  }

  /** A line that stays, above the one that changes. */
  tell(text: string): void {
    this.clear();
    this.#out.write(`${text}\n`);
  }

  /** Takes the line off the screen, so that other output begins on a line of its own. */
  clear(): void {
    if (!this.#onScreen) return;
    this.#out.write(ERASE_LINE);
    this.#onScreen = false;
  }

  #rewrite(progress: Progress): void {
    const line = progressLine(progress, this.#out.columns - 1, this.#paint);
    this.#out.write(`${ERASE_LINE}${NO_WRAP}${line}${WRAP}`);
    this.#onScreen = true;
  }

  /** When something else runs, and now and then. Between two tests there is nothing to tell. */
  #add(progress: Progress, now: number): void {
    const { phase, what, figures } = progress;
    const isNew = what !== '' && `${phase} ${what}` !== this.#shown;
    const facts = plainLine({ ...progress, figures: figures.filter(({ isClock }) => !isClock) });
    const dueAfterMs = facts === this.#facts ? SAME_EVERY_MS : PLAIN_EVERY_MS;
    if (!isNew && now - this.#shownAt < dueAfterMs) return;
    this.#shown = `${phase} ${what}`;
    this.#facts = facts;
    this.#shownAt = now;
    this.#out.write(`${plainLine(progress)}\n`);
  }
}
