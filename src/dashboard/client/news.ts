import type { LogEntry } from '../../live/live-log.ts';
import { byId, element, list, setText } from '../../look/client/dom.ts';
import type { Frame } from '../frame.ts';
import { icon } from './mark.ts';

/** Entries that the page keeps; the server keeps the same number. */
const KEPT = 300;

/** The log, the latest entry first; screen readers read new entries out. */
export class News {
  #entries: readonly LogEntry[] = [];

  show({ isWhole, log }: Frame): void {
    if (isWhole) this.#entries = [];
    const known = this.#entries[0]?.number ?? 0;
    const fresh = log.filter(({ number }) => number > known);
    if (fresh.length === 0 && !isWhole) return;
    this.#entries = [...fresh.toReversed(), ...this.#entries].slice(0, KEPT);
    list(byId('log'), this.#entries, {
      key: ({ number }) => String(number),
      make: lineOf,
      update: () => undefined,
    });
    // A page that was just opened shows the past: only new entries are read out.
    if (!isWhole) readOut(fresh.map(({ text }) => text).join('. '));
  }
}

function lineOf({ at, tone, text }: LogEntry): HTMLElement {
  const line = element('li');
  const time = element('time', {
    className: 'quiet',
    text: new Date(at).toLocaleTimeString(undefined, { hourCycle: 'h23' }),
  });
  time.dateTime = at;
  const place = element('span', { className: 'place' });
  if (tone !== 'neutral') place.append(icon(tone));
  line.dataset.state = tone;
  line.append(time, place, element('span', { text }));
  return line;
}

/** In a new element each time: otherwise the same words would not be read out again. */
function readOut(text: string): void {
  const entry = element('span');
  setText(entry, text);
  byId('news').replaceChildren(entry);
}
