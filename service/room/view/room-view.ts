import type { RoomEvent } from '../../meetings/room-events.ts';
import type { AudioState } from '../audio/audio.ts';
import { type ConnectionState, describeConnection } from '../connection-state.ts';
import { markPainted } from '../marks.ts';
import type { NetworkState } from '../network/state.ts';
import type { Room } from '../room.ts';
import { counted } from '../words.ts';
import { showAudio } from './audio-view.ts';
import { ChatView } from './chat-view.ts';
import { element, label, show } from './elements.ts';
import { showNetwork } from './network-view.ts';
import { News } from './news.ts';
import { RosterView } from './roster-view.ts';

const OUT_OF_DATE =
  'The connection is lost. This page may be out of date. It updates when the connection is back.';

/** The inside of one meeting. */
export class RoomView {
  readonly #room: Room;
  readonly #roster: RosterView;
  readonly #news: News;
  readonly #chat: ChatView;
  readonly #hand = element('hand-button', HTMLButtonElement);

  constructor(room: Room) {
    this.#room = room;
    this.#roster = new RosterView(room.userId);
    this.#news = new News(room.userId);
    this.#chat = new ChatView(room.userId);
    this.say(undefined);
    show(element('connection-message'), undefined);
    this.showAll();
    this.showNetwork(undefined);
    this.showAudio(room.audio.state);
  }

  open() {
    this.#arrange();
    element('room').hidden = false;
    element('room-title').focus();
  }

  close() {
    this.#news.stop();
    element('room').hidden = true;
  }

  /** The user acts, so a change of the page is no surprise. A page that the user leaves does not change. */
  acted({ leaves }: { leaves: boolean }) {
    this.say(undefined);
    if (this.#roster.isTooEmpty && !leaves) this.#arrange();
  }

  say(message: string | undefined) {
    show(element('room-message'), message);
  }

  showConnection(state: ConnectionState) {
    const pill = element('connection');
    show(pill, describeConnection(state));
    pill.dataset.state = state.kind;
    const isLost = state.kind === 'offline' || state.kind === 'reconnecting';
    if (isLost) show(element('connection-message'), OUT_OF_DATE);
    else if (state.kind === 'connected') show(element('connection-message'), undefined);
  }

  /** Shows the whole state. */
  showAll() {
    for (const userId of this.#roster.showAll(this.#room.roster.people)) this.#markHand(userId);
    this.#showFacts();
  }

  /** Shows what an event changed, and adds it to the news. */
  showEvent(event: RoomEvent) {
    const person = this.#room.roster.find(event.userId);
    if (!person) this.#roster.remove(event.userId);
    else if (this.#roster.show(person)) this.#markHand(event.userId, event.timestamp);
    this.#showFacts();
    if (event.name === 'chat:message') this.#chat.add(event);
    else this.#news.tell(event);
  }

  showNetwork(state: NetworkState | undefined) {
    showNetwork(state);
  }

  showAudio(state: AudioState) {
    showAudio(state);
    this.#roster.showAudible(state.kind === 'on' ? state.connected : []);
  }

  tell(text: string) {
    this.#news.say(text);
  }

  get isOwnHandRaised(): boolean {
    return this.#room.roster.find(this.#room.userId)?.hasRaisedHand ?? false;
  }

  #arrange() {
    this.#roster.arrange(this.#room.roster.people);
  }

  #markHand(userId: string, timestamp?: string) {
    void markPainted('room:hand-visible', { userId, ...(timestamp ? { timestamp } : {}) });
  }

  #showFacts() {
    const { meeting, roster } = this.#room;
    const facts = [
      counted(roster.size, 'person', 'people'),
      ...(roster.raisedHands > 0 ? [`${counted(roster.raisedHands, 'hand')} raised`] : []),
      ...(meeting.isLocked ? ['locked'] : []),
    ];
    show(element('room-title'), meeting.title);
    show(element('room-facts'), facts.join(' · '));
    label(this.#hand, this.isOwnHandRaised ? 'Lower hand' : 'Raise hand');
    this.#hand.classList.toggle('is-on', this.isOwnHandRaised);
  }
}
