import type { Frame, LogEntry } from '../frame.ts';
import { byId, element, list, say } from './dom.ts';
import { icon } from './mark.ts';

/** The server keeps no more either. */
const KEPT = 300;

/** The log, the latest first; what changes is also read out. */
export class News {
  #entries: readonly LogEntry[] = [];

  show({ isWhole, log, end }: Frame): void {
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
    // A page that was just opened has everything to read: only what happens now is news.
    if (!isWhole || end) tell(fresh.map(({ text }) => text).join('. '));
  }
}

function lineOf({ at, tone, text }: LogEntry): HTMLElement {
  const line = element('li');
  const time = element('time', { className: 'quiet', text: new Date(at).toLocaleTimeString() });
  time.dateTime = at;
  const place = element('span', { className: 'place' });
  if (tone !== 'neutral') place.append(icon(tone));
  line.dataset.state = tone;
  line.append(time, place, element('span', { text }));
  return line;
}

/** In a new element each time: the same words again are news too. */
function tell(text: string): void {
  const told = element('span');
  say(told, text);
  byId('news').replaceChildren(told);
}
