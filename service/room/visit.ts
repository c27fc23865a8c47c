import type { Meeting, Participant } from '../meetings/schemas.ts';
import type { Api, Refusal } from './api.ts';
import type { AudioState } from './audio/audio.ts';
import type { ConnectionState } from './connection-state.ts';
import { mark, markPainted } from './marks.ts';
import type { NetworkState } from './network/state.ts';
import { Room } from './room.ts';
import { listenToControls } from './view/controls.ts';
import { RoomView } from './view/room-view.ts';

type Options = {
  api: Api;
  token: string;
  userId: string;
  /** From the answer to the join. */
  meeting: Meeting;
  participant: Participant;
  wantsAudio: boolean;
  /** Called when the room is visible. */
  onInside(): void;
  /** Called at the end of the visit; `refusal` is undefined if the user left. */
  onOver(refusal: Refusal | undefined): void;
};

/** The visit of a meeting from the join to its end: the room, its view and its controls. */
export class Visit {
  readonly #options: Options;
  readonly #room: Room;
  readonly #view: RoomView;
  readonly #over = new AbortController();
  readonly #hasAudioWith = new Set<string>();
  #isInside = false;

  constructor(options: Options) {
    this.#options = options;
    this.#room = new Room(options, {
      onConnection: (state) => this.#showConnection(state),
      onChange: (event) => (event ? this.#view.showEvent(event) : this.#view.showAll()),
      onCaughtUp: (isReturn) => (isReturn ? this.#comeBack() : this.#enter()),
      onNetwork: (state) => this.#view.showNetwork(state),
      onAudio: (state) => this.#showAudio(state),
      onSilenced: () => this.#askForTouch(),
      onOver: (refusal) => this.#end(refusal),
    });
    this.#view = new RoomView(this.#room);
    listenToControls(this.#room, this.#view, {
      signal: this.#over.signal,
      onLeave: () => void this.#leave(),
    });
    this.#room.open();
  }

  get meetingId(): string {
    return this.#room.meeting.id;
  }

  get networkState(): NetworkState | undefined {
    return this.#room.network.state;
  }

  #enter() {
    this.#goInside();
    void markPainted('room:painted').then(() => {
      performance.measure('room:join', 'room:join-clicked', 'room:painted');
    });
    if (this.#options.wantsAudio) void this.#room.audio.join();
  }

  #comeBack() {
    this.#view.tell('Connected again.');
    void markPainted('room:reconnected');
  }

  #goInside() {
    if (this.#isInside) return;
    this.#isInside = true;
    this.#options.onInside();
    this.#view.open();
    document.title = `${this.#room.meeting.title} – Meeting room`;
  }

  #showConnection(state: ConnectionState) {
    // Without a connection, the room shows the last state and the leave button.
    if (state.kind === 'reconnecting' || state.kind === 'offline') this.#goInside();
    this.#view.showConnection(state);
  }

  #showAudio(state: AudioState) {
    this.#view.showAudio(state);
    if (state.kind !== 'on') return this.#hasAudioWith.clear();
    for (const userId of state.connected) {
      if (!this.#hasAudioWith.has(userId)) mark('room:audio-connected', { userId });
      this.#hasAudioWith.add(userId);
    }
    for (const userId of state.connecting) this.#hasAudioWith.delete(userId);
  }

  #askForTouch() {
    this.#view.say('Your browser plays no sound until you click in the page.');
    const touched = () => {
      this.#view.say(undefined);
      this.#room.audio.playAll();
    };
    addEventListener('click', touched, { once: true, signal: this.#over.signal });
  }

  async #leave() {
    const refusal = await this.#room.leave();
    this.#end(refusal && { code: 'LEFT_UNHEARD' });
  }

  #end(refusal: Refusal | undefined) {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#room.close();
    this.#view.close();
    this.#options.onOver(refusal);
  }
}
