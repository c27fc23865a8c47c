import { styleText } from 'node:util';
import type { LiveRun } from '../../live/live-run.ts';
import { type Progress, progressOf } from './progress.ts';
import { type Paint, plainLine, progressLine } from './progress-line.ts';

/** The interval of plain lines, which replace the rewritten line if there is no terminal. */
const PLAIN_EVERY_MS = 10_000;
/** The interval after which a line with unchanged figures is repeated, to show that the run is alive. */
const SAME_EVERY_MS = 60_000;

const ERASE_LINE = '\r\u001b[2K';
/** Some characters are two cells wide. Without wrapping, the terminal cuts a line that is too wide. */
const [NO_WRAP, WRAP] = ['\u001b[?7l', '\u001b[?7h'];

export interface LiveLineOptions {
  readonly out: NodeJS.WriteStream;
  /** Whether the terminal supports no control sequences. */
  readonly isDumb: boolean;
}

/** Shows the progress of a run in the last line of the terminal. */
export class LiveLine {
  readonly #out: NodeJS.WriteStream;
  readonly #isTerminal: boolean;
  readonly #paint: Paint;
  #shown = '';
  /** The last plain line without its times. */
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

  /** Shows the progress of the run, and prints the changes of its targets since the last call. */
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

  /** Prints a permanent line above the rewritten line. */
  tell(text: string): void {
    this.clear();
    this.#out.write(`${text}\n`);
  }

  /** Erases the line, so that other output starts on an empty line. */
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

  /** Prints a plain line when another test or step starts, and at intervals. */
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
