import type { Participant } from '../../meetings/schemas.ts';
import { element } from './elements.ts';
import { PersonLine } from './person.ts';

/** From this part of empty places on, the list closes its gaps when the user acts. */
const TOO_EMPTY = 1 / 3;

/**
 * The list of participants. It does not move while a user reads it: a participant who leaves leaves an empty place,
 * which the next new participant takes. So the list has no more places than the meeting had participants at a time.
 */
export class RosterView {
  readonly #list = element('participants', HTMLUListElement);
  readonly #lines = new Map<string, PersonLine>();

  constructor(readonly userId: string) {
    this.#list.replaceChildren();
  }

  /** Shows exactly these participants. @returns the known users who have raised their hand */
  showAll(people: Iterable<Participant>): string[] {
    const shown = [...people];
    const present = new Set(shown.map(({ userId }) => userId));
    for (const userId of [...this.#lines.keys()]) if (!present.has(userId)) this.remove(userId);
    return shown.flatMap((person) => (this.show(person) ? [person.userId] : []));
  }

  /** Shows a participant, a new one in the first empty place. @returns whether a known participant raised a hand */
  show(person: Participant): boolean {
    const known = this.#lines.get(person.userId);
    if (known) return known.update(person);
    const line = new PersonLine(person, person.userId === this.userId);
    this.#lines.set(person.userId, line);
    const [place] = this.#emptyPlaces();
    if (place) place.replaceWith(line.item);
    else this.#list.append(line.item);
    return false;
  }

  showAudible(userIds: readonly string[]) {
    for (const [userId, line] of this.#lines) line.isAudible = userIds.includes(userId);
  }

  remove(userId: string) {
    this.#lines.get(userId)?.item.replaceWith(emptyPlace());
    this.#lines.delete(userId);
  }

  /** Closes the gaps and restores the order of these participants. The list may move: call it when nobody reads it. */
  arrange(people: Iterable<Participant>) {
    const items = [...people].flatMap(({ userId }) => this.#lines.get(userId)?.item ?? []);
    this.#list.replaceChildren(...items);
  }

  get isTooEmpty(): boolean {
    return this.#emptyPlaces().length > this.#list.childElementCount * TOO_EMPTY;
  }

  #emptyPlaces(): HTMLCollectionOf<Element> {
    return this.#list.getElementsByClassName('empty');
  }
}

/** Has the size of a person's line. Screen readers do not read it. */
function emptyPlace(): HTMLLIElement {
  const place = document.createElement('li');
  place.className = 'person empty';
  place.setAttribute('aria-hidden', 'true');
  return place;
}
