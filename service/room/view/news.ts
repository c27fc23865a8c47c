import type { RoomEvent } from '../../meetings/room-events.ts';
import { element } from './elements.ts';

const KEPT_LINES = 8;

/** Equal events within this time become one line, because a screen reader reads every line. */
const BREATH_MS = 1_500;

const SENTENCES: Partial<Record<RoomEvent['name'], [one: string, many: string]>> = {
  'meeting:participant-joined': ['joined', 'people joined'],
  'meeting:participant-left': ['left', 'people left'],
  'meeting:hand-raised': ['raised a hand', 'people raised a hand'],
  'meeting:hand-lowered': ['lowered the hand', 'people lowered the hand'],
  'meeting:host-promoted': ['got another role', 'people got another role'],
  'meeting:locked': ['locked the meeting', 'people locked the meeting'],
  'meeting:unlocked': ['unlocked the meeting', 'people unlocked the meeting'],
};

/** The log of events, which screen readers also read. */
export class News {
  readonly #list = element('news');
  readonly #waiting = new Map<RoomEvent['name'], Set<string>>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly userId: string) {
    this.#list.replaceChildren();
  }

  tell({ name, userId }: RoomEvent) {
    if (!SENTENCES[name]) return;
    if (!this.#waiting.has(name)) this.#waiting.set(name, new Set());
    this.#waiting.get(name)!.add(userId);
    this.#timer ??= setTimeout(() => this.#breathe(), this.#list.childElementCount ? BREATH_MS : 0);
  }

  say(text: string) {
    const line = document.createElement('p');
    line.textContent = text;
    this.#list.append(line);
    while (this.#list.childElementCount > KEPT_LINES) this.#list.firstElementChild!.remove();
  }

  stop() {
    clearTimeout(this.#timer);
  }

  #breathe() {
    this.#timer = undefined;
    for (const [name, users] of this.#waiting) {
      const [one, many] = SENTENCES[name]!;
      const [only] = users;
      if (users.size > 1) this.say(`${users.size} ${many}`);
      else this.say(`${only === this.userId ? 'You' : only} ${one}`);
    }
    this.#waiting.clear();
  }
}
