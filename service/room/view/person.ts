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

/** One line of the roster. It changes in place, so that an event changes only one line. */
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

  /** @returns whether the hand is newly raised */
  update(person: Participant): boolean {
    const isNewHand = person.hasRaisedHand && this.#raised.hidden === true;
    const role = ROLES[person.role] + (this.isSelf ? ', you' : '');
    if (this.#role.textContent !== role) this.#role.textContent = role;
    this.#raised.hidden = !person.hasRaisedHand;
    this.#weak.hidden = !isWeak(person.networkQuality);
    this.item.classList.toggle('has-raised-hand', person.hasRaisedHand);
    return isNewHand;
  }

  /** Whether audio flows between this participant and the user. */
  set isAudible(isAudible: boolean) {
    this.#audible.hidden = !isAudible;
  }
}

/** The first letters of the first two words, or the first two letters of a single word. */
function initials(name: string): string {
  const [first = '', second] = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return ((first[0] ?? '?') + (second?.[0] ?? first[1] ?? '')).toUpperCase();
}

/** A hue in degrees that depends only on the name. */
function hue(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)!) % 360;
  return sum;
}
