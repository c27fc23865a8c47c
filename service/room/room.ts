import type { RoomEvent } from '../meetings/room-events.ts';
import type { Meeting, Participant } from '../meetings/schemas.ts';
import type { Api, Refusal } from './api.ts';
import { AudioLink, type AudioState } from './audio/audio.ts';
import { catchUp, type State, withoutRoster } from './catch-up.ts';
import { Connection } from './connection.ts';
import type { ConnectionState } from './connection-state.ts';
import { NetworkMonitor } from './network/monitor.ts';
import type { NetworkState } from './network/state.ts';
import { Roster } from './roster.ts';

/** How often the page fetches the whole state, because events can be lost, and mute and demote have no events. */
const LOOK_EVERY_MS = 30_000;

type Options = { api: Api; token: string; userId: string; meeting: Meeting; participant: Participant };

type Listener = {
  onConnection(state: ConnectionState): void;
  /**
   * Called when the roster or the meeting changed. `event` is the cause; undefined after a fetch of the whole state.
   */
  onChange(event: RoomEvent | undefined): void;
  /** Called when the room has its current state, for the first time or after a lost connection. */
  onCaughtUp(isReturn: boolean): void;
  onAudio(state: AudioState): void;
  onNetwork(state: NetworkState): void;
  /** Called when the browser plays no sound until the user clicks the page. */
  onSilenced(): void;
  /** Called when the user is no longer in the meeting. */
  onOver(refusal: Refusal): void;
};

/** The state of the meeting in this tab, which follows the state of the service. */
export class Room {
  meeting: Meeting;
  readonly userId: string;
  readonly roster = new Roster();
  readonly audio: AudioLink;
  readonly network: NetworkMonitor;
  readonly #api: Api;
  readonly #listener: Listener;
  readonly #connection: Connection;
  #isReturn = false;
  #isLeaving = false;
  /** Events that arrived during a fetch of the state, which may be newer than the state. */
  #held: RoomEvent[] | undefined;
  #current = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lookDueAt = Number.POSITIVE_INFINITY;

  constructor({ api, token, userId, meeting, participant }: Options, listener: Listener) {
    this.meeting = meeting;
    this.userId = userId;
    this.#api = api;
    this.#listener = listener;
    // Shows only the user until the whole roster arrives.
    this.roster.replace([participant]);
    this.#connection = new Connection(token, {
      onState: (state) => {
        this.#stop();
        listener.onConnection(state);
      },
      onConnected: () => void this.#catchUp(),
      onEvent: (event) => this.#hear(event),
      onAudio: (name, content) => this.audio.hear(name, content),
      onRefused: (code) => this.#end({ code }),
    });
    this.audio = new AudioLink(this.#connection, meeting.id, {
      onChange: (state) => listener.onAudio(state),
      onSilenced: () => listener.onSilenced(),
    });
    this.network = new NetworkMonitor({
      ends: () => this.audio.ends,
      roundTripMs: () => this.#connection.roundTripMs(),
      report: (report) => api.reportNetwork(meeting.id, report),
      onChange: (state) => {
        if (state.advice) this.audio.limitBitrate(state.advice.recommendedBitrate);
        listener.onNetwork(state);
      },
    });
  }

  open() {
    this.#listener.onConnection({ kind: 'connecting' });
    this.#connection.open();
  }

  async moveHand(to: 'raise' | 'lower'): Promise<Refusal | undefined> {
    const { refusal } = await this.#api.moveHand(this.meeting.id, to);
    // The room also gets an event, but this tab may have no connection.
    if (!refusal) {
      this.roster.change(this.userId, { hasRaisedHand: to === 'raise' });
      this.#listener.onChange(undefined);
    }
    return refusal;
  }

  /** Sends a chat message. The page shows it when its event arrives. */
  async sendMessage(text: string): Promise<Refusal | undefined> {
    const id = crypto.getRandomValues(new Uint32Array(4)).join('-');
    const content = { meetingId: this.meeting.id, id, text };
    const { error } = await this.#connection.ask<{ error?: string }>('chat:send', content);
    return error === undefined ? undefined : { code: error };
  }

  async leave(): Promise<Refusal | undefined> {
    // The event of the leave arrives before the answer of this call.
    this.#isLeaving = true;
    // Stops automatic calls, which the service would refuse.
    this.#stop();
    this.network.stop();
    const { refusal } = await this.#api.leave(this.meeting.id);
    return refusal;
  }

  close() {
    this.#stop();
    this.audio.leave();
    this.network.stop();
    this.#connection.close();
  }

  /** Aborts the current fetch. */
  #stop() {
    this.#current.abort();
    clearTimeout(this.#timer);
    this.#lookDueAt = Number.POSITIVE_INFINITY;
  }

  async #catchUp() {
    this.#stop();
    this.#current = new AbortController();
    this.#listener.onConnection({ kind: 'catching-up' });
    const { signal } = this.#current;
    const options = { api: this.#api, connection: this.#connection, meetingId: this.meeting.id, signal };
    this.#held = [];
    const answer = await catchUp({ ...options, isReturn: this.#isReturn });
    if (!answer) return;
    if (answer.refusal) return this.#end(answer.refusal);
    this.#take(answer.data);
    this.#listener.onConnection({ kind: 'connected' });
    this.#listener.onCaughtUp(this.#isReturn);
    this.network.start();
    // The service ends a user's audio with the connection.
    if (this.#isReturn) void this.audio.rejoin();
    this.#isReturn = true;
    this.#lookWithin(LOOK_EVERY_MS);
  }

  /** Fetches the whole state over an open connection. */
  async #look() {
    const { signal } = this.#current;
    this.#held = [];
    this.#lookDueAt = Number.POSITIVE_INFINITY;
    const { data } = withoutRoster(await this.#api.meeting(this.meeting.id));
    if (signal.aborted) return;
    if (data) this.#take(data);
    else this.#release();
    this.#lookWithin(LOOK_EVERY_MS);
  }

  #lookWithin(ms: number) {
    const dueAt = performance.now() + ms;
    if (dueAt >= this.#lookDueAt) return;
    clearTimeout(this.#timer);
    this.#lookDueAt = dueAt;
    this.#timer = setTimeout(() => void this.#look(), ms);
  }

  #take({ meeting, participants }: State) {
    this.meeting = meeting;
    this.roster.replace(participants);
    this.#listener.onChange(undefined);
    this.#release();
  }

  #release() {
    const events = this.#held ?? [];
    this.#held = undefined;
    for (const event of events) this.#hear(event);
  }

  #hear(event: RoomEvent) {
    if (event.meetingId !== this.meeting.id) return;
    if (this.#held) {
      this.#held.push(event);
      return;
    }
    if (event.name === 'meeting:participant-left' && event.userId === this.userId) {
      if (!this.#isLeaving) this.#end({ code: 'NOT_PARTICIPANT' });
      return;
    }
    if (event.name === 'meeting:locked' || event.name === 'meeting:unlocked') {
      this.meeting = { ...this.meeting, isLocked: event.name === 'meeting:locked' };
    }
    const effect = this.roster.apply(event);
    if (effect === 'stranger') this.#lookWithin(1_000);
    this.#listener.onChange(event);
  }

  #end(refusal: Refusal) {
    this.close();
    this.#listener.onOver(refusal);
  }
}
