import type { Participant } from '../../meetings/schemas.ts';
import { isWeak } from '../network/level.ts';
import { element } from './elements.ts';

const ROLES: Record<Participant['role'], string> = {
  host: 'Host',
  co_host: 'Co-host',
  speaker: 'Speaker',
  listener: 'Listener',
  music_host: 'Music host',
};

/** One line of the roster, which is changed in place: a crowd's events touch one line each. */
export class PersonLine {
  readonly item: HTMLLIElement;
  readonly #role: HTMLElement;
  readonly #raised: HTMLElement;
  readonly #audible: HTMLElement;
  readonly #weak: HTMLElement;

  constructor(
    person: Participant,
    readonly isSelf: boolean,
  ) {
    const copy = element('person', HTMLTemplateElement).content.cloneNode(true) as DocumentFragment;
    this.item = copy.querySelector('li')!;
    this.item.dataset.userId = person.userId;
    this.item.classList.toggle('self', isSelf);
    this.#role = this.item.querySelector('.role')!;
    this.#raised = this.item.querySelector('.raised')!;
    this.#audible = this.item.querySelector('.audible')!;
    this.#weak = this.item.querySelector('.weak')!;
    const name = this.item.querySelector<HTMLElement>('.name')!;
    name.textContent = person.userId;
    name.title = person.userId;
    const avatar = this.item.querySelector<HTMLElement>('.avatar')!;
    avatar.textContent = initials(person.userId);
    avatar.style.setProperty('--hue', String(hue(person.userId)));
    this.update(person);
  }

  /** @returns whether a hand went up that was down before */
  update(person: Participant): boolean {
    const isNewHand = person.hasRaisedHand && this.#raised.hidden === true;
    const role = ROLES[person.role] + (this.isSelf ? ', you' : '');
    if (this.#role.textContent !== role) this.#role.textContent = role;
    this.#raised.hidden = !person.hasRaisedHand;
    this.#weak.hidden = !isWeak(person.networkQuality);
    this.item.classList.toggle('has-raised-hand', person.hasRaisedHand);
    return isNewHand;
  }

  /** Whether sound flows between this person and the one in front of the page. */
  set isAudible(isAudible: boolean) {
    this.#audible.hidden = !isAudible;
  }
}

/** Two letters: of the first two words, or the first two of the only one. */
function initials(name: string): string {
  const [first = '', second] = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return ((first[0] ?? '?') + (second?.[0] ?? first[1] ?? '')).toUpperCase();
}

/** Degrees; the same for a name wherever it is shown. */
function hue(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)!) % 360;
  return sum;
}
