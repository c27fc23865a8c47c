import type { Participant } from '../../meetings/schemas.ts';
import { element } from './elements.ts';
import { PersonLine } from './person.ts';

/** The list of participants, which changes as few elements as possible. */
export class RosterView {
  readonly #list = element('participants', HTMLUListElement);
  readonly #lines = new Map<string, PersonLine>();

  constructor(readonly userId: string) {
    this.#list.replaceChildren();
  }

  /** @returns the known users who have raised their hand */
  showAll(people: Iterable<Participant>): string[] {
    const gone = new Set(this.#lines.keys());
    const raised: string[] = [];
    let before: Element | null = null;
    for (const person of people) {
      gone.delete(person.userId);
      if (this.show(person)) raised.push(person.userId);
      const { item } = this.#lines.get(person.userId)!;
      const place: Element | null = before ? before.nextElementSibling : this.#list.firstElementChild;
      if (place !== item) this.#list.insertBefore(item, place);
      before = item;
    }
    for (const userId of gone) this.remove(userId);
    return raised;
  }

  /** Shows a participant, at the end if new. @returns whether a known participant raised a hand */
  show(person: Participant): boolean {
    const known = this.#lines.get(person.userId);
    if (known) return known.update(person);
    const line = new PersonLine(person, person.userId === this.userId);
    this.#lines.set(person.userId, line);
    this.#list.append(line.item);
    return false;
  }

  showAudible(userIds: readonly string[]) {
    for (const [userId, line] of this.#lines) line.isAudible = userIds.includes(userId);
  }

  remove(userId: string) {
    this.#lines.get(userId)?.item.remove();
    this.#lines.delete(userId);
  }
}
