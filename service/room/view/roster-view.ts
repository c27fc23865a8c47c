import type { Participant } from '../../meetings/schemas.ts';
import { element } from './elements.ts';
import { PersonLine } from './person.ts';

/** The list of participants; shows a roster with as few changes as possible. */
export class RosterView {
  readonly #list = element('participants', HTMLUListElement);
  readonly #lines = new Map<string, PersonLine>();

  constructor(readonly userId: string) {
    this.#list.replaceChildren();
  }

  showAll(people: Iterable<Participant>) {
    const gone = new Set(this.#lines.keys());
    let before: Element | null = null;
    for (const person of people) {
      gone.delete(person.userId);
      const { item } = this.show(person);
      const place: Element | null = before ? before.nextElementSibling : this.#list.firstElementChild;
      if (place !== item) this.#list.insertBefore(item, place);
      before = item;
    }
    for (const userId of gone) this.remove(userId);
  }

  /** Shows one person as they are now; a new one at the end. */
  show(person: Participant): PersonLine {
    let line = this.#lines.get(person.userId);
    if (line) line.update(person);
    else {
      line = new PersonLine(person, person.userId === this.userId);
      this.#lines.set(person.userId, line);
      this.#list.append(line.item);
    }
    return line;
  }

  remove(userId: string) {
    this.#lines.get(userId)?.item.remove();
    this.#lines.delete(userId);
  }
}
