import type { ShareReport } from '../../crowd/share-report.ts';
import { liveLine } from './live-figures.ts';

/** Without a terminal, a line now and then instead of one that is rewritten every second. */
const PLAIN_EVERY_MS = 10_000;
const REWRITE_EVERY_MS = 900;

/** The line that shows how a crowd is doing while it runs. */
export class LiveLine {
  readonly #out: NodeJS.WriteStream;
  #shownAt = 0;
  #onScreen = false;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  show(crowd: string, reports: readonly ShareReport[]): void {
    const now = performance.now();
    const every = this.#out.isTTY ? REWRITE_EVERY_MS : PLAIN_EVERY_MS;
    if (this.#shownAt !== 0 && now - this.#shownAt < every) return;
    this.#shownAt = now;
    const line = `${crowd}  ${liveLine(reports)}`;
    if (this.#out.isTTY) {
      this.#out.write(`\r\u001b[2K${line.slice(0, this.#out.columns - 1)}`);
      this.#onScreen = true;
    } else {
      this.#out.write(`${line}\n`);
    }
  }

  /** Takes the line off the screen, so that other output begins on a line of its own. */
  clear(): void {
    if (!this.#onScreen) return;
    this.#out.write('\r\u001b[2K');
    this.#onScreen = false;
  }
}
