import type { Frame, LogEntry } from '../frame.ts';
import { byId, element, lines, say } from './dom.ts';

const KEPT = 300;

/** The log, the latest first; what changed is also read out. */
export class News {
  #entries: LogEntry[] = [];
  #told = '';

  show({ isWhole, log, end }: Frame): void {
    if (isWhole) this.#entries = [];
    const known = this.#entries[0]?.number ?? 0;
    const fresh = log.filter(({ number }) => number > known);
    this.#entries = [...fresh.toReversed(), ...this.#entries].slice(0, KEPT);
    lines(byId('log'), this.#entries, (entry) => ({
      key: String(entry.number),
      text: `${new Date(entry.at).toLocaleTimeString()}  ${entry.text}`,
      state: entry.tone,
    }));
    // A page that was just opened has everything to read: only what happens now is news.
    const news = isWhole && !end ? [] : fresh.map(({ text }) => text);
    if (news.length > 0) this.#tell(news.join('. '));
  }

  #tell(text: string): void {
    // The same words again are news too, and readers only notice text that changes.
    this.#told = text === this.#told ? `${text} ` : text;
    const told = byId('news');
    told.replaceChildren(element('span'));
    say(told.firstElementChild!, this.#told);
  }
}
