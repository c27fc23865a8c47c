import type { RoomEvent } from '../../meetings/room-events.ts';
import { element } from './elements.ts';

const KEPT_MESSAGES = 20;

/** The latest chat messages that arrived since this tab entered the room. */
export class ChatView {
  readonly #log = element('chat');
  /** The ids of the messages that are shown, the oldest first. */
  #shown: string[] = [];

  constructor(readonly userId: string) {
    this.#log.replaceChildren();
    // Users of a keyboard can scroll it.
    this.#log.tabIndex = 0;
  }

  /** Shows a message once, even if it arrives twice. */
  add({ userId, id, text, timestamp }: Extract<RoomEvent, { name: 'chat:message' }>) {
    const key = `${userId} ${id}`;
    if (this.#shown.includes(key)) return;
    this.#shown = [...this.#shown, key].slice(-KEPT_MESSAGES);
    const line = document.createElement('p');
    line.title = new Date(timestamp).toLocaleTimeString();
    const sender = document.createElement('strong');
    sender.textContent = userId === this.userId ? 'You' : userId;
    line.append(sender, `: ${text}`);
    const { scrollTop, clientHeight, scrollHeight } = this.#log;
    // A user who reads earlier messages stays there.
    const isAtEnd = scrollTop + clientHeight >= scrollHeight - 1;
    this.#log.append(line);
    if (this.#log.childElementCount > KEPT_MESSAGES) this.#log.firstElementChild!.remove();
    if (isAtEnd) this.#log.scrollTop = this.#log.scrollHeight;
  }
}
