import { meetingIdIn } from '../address.ts';
import { userOf } from '../token.ts';
import { element, show } from './elements.ts';

const MISSING_MEETING = 'The meeting is missing. Paste its link or its id.';
const MISSING_TOKEN = 'Sign in with a token first.';
const NO_TOKEN = 'This is not a token. A token has three parts with dots between them.';
const MISSING_TITLE = 'The title is missing. Give the meeting a title.';

type Listener = {
  onJoin(token: string, meetingId: string): void;
  onCreate(token: string, title: string): void;
  onSignOut(): void;
};

/** The form to sign in and choose a meeting. */
export class Entrance {
  readonly #main = element('entrance');
  readonly #token = element('token', HTMLInputElement);
  readonly #meeting = element('meeting', HTMLInputElement);
  readonly #title = element('title', HTMLInputElement);
  readonly #buttons = ['join-button', 'create-button'].map((id) => element(id, HTMLButtonElement));
  #knownToken: string | undefined;

  constructor(listener: Listener) {
    element('join').addEventListener('submit', (event) => {
      event.preventDefault();
      const meetingId = meetingIdIn(this.#meeting.value);
      const token = this.#givenToken();
      if (!token) return;
      if (meetingId) listener.onJoin(token, meetingId);
      else this.#complain(this.#meeting, MISSING_MEETING);
    });
    element('create').addEventListener('submit', (event) => {
      event.preventDefault();
      const title = this.#title.value.trim();
      const token = this.#givenToken();
      if (!token) return;
      if (title) listener.onCreate(token, title);
      else this.#complain(this.#title, MISSING_TITLE);
    });
    element('sign-out').addEventListener('click', () => {
      this.signedInWith(undefined);
      listener.onSignOut();
      this.#token.focus();
    });
  }

  get wantsAudio(): boolean {
    return element('with-audio', HTMLInputElement).checked;
  }

  set wantsAudio(wantsAudio: boolean) {
    element('with-audio', HTMLInputElement).checked = wantsAudio;
  }

  focus() {
    this.#main.querySelector('h1')!.focus();
  }

  signedInWith(token: string | undefined) {
    this.#knownToken = token;
    this.#token.value = '';
    element('sign-in').hidden = token !== undefined;
    element('signed-in').hidden = token === undefined;
    element('user').textContent = (token && userOf(token)) ?? 'an unknown user';
  }

  /** @param message the reason why the form is shown */
  open(meetingId: string | undefined, message?: string) {
    this.busyWith(undefined);
    if (meetingId) this.#meeting.value = meetingId;
    this.#main.hidden = false;
    this.say(message);
  }

  close() {
    this.#main.hidden = true;
    this.busyWith(undefined);
  }

  say(message: string | undefined) {
    for (const field of [this.#token, this.#meeting, this.#title]) field.removeAttribute('aria-invalid');
    show(element('entrance-message'), message);
  }

  /** Prevents a second attempt while one is running. */
  busyWith(what: string | undefined) {
    for (const button of this.#buttons) button.disabled = what !== undefined;
    element('join-button').textContent = what ?? 'Join';
  }

  #givenToken(): string | undefined {
    const token = this.#knownToken ?? this.#token.value.trim();
    if (token === '') return this.#complain(this.#token, MISSING_TOKEN);
    // The token is sent in a header, which cannot contain arbitrary text.
    if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)) return this.#complain(this.#token, NO_TOKEN);
    return token;
  }

  #complain(field: HTMLInputElement, message: string): undefined {
    this.say(message);
    field.setAttribute('aria-invalid', 'true');
    field.focus();
  }
}
