import type { RoomEvent } from '../meetings/room-events.ts';
import type { Meeting } from '../meetings/schemas.ts';
import type { Api, Refusal } from './api.ts';
import { catchUp, type State, withoutRoster } from './catch-up.ts';
import { Connection } from './connection.ts';
import type { ConnectionState } from './connection-state.ts';
import { Roster } from './roster.ts';

/** Events are delivered at most once, and muting and demoting have none: so often the whole state is looked at. */
const LOOK_EVERY_MS = 30_000;

export type Listener = {
  onConnection(state: ConnectionState): void;
  /** The roster or the meeting is another one; `event` is what changed it, or undefined after a look at the whole. */
  onChange(event: RoomEvent | undefined): void;
  /** In the room, with its present state: the first time, or after a loss. */
  onCaughtUp(isReturn: boolean): void;
  /** The room is over for this tab. */
  onOver(refusal: Refusal): void;
};

/** One meeting as this tab sees it: its state, kept equal to the service's. */
export class Room {
  readonly roster = new Roster();
  readonly #connection: Connection;
  #isReturn = false;
  /** Events that came while the state was on its way: they may be newer than it. */
  #held: RoomEvent[] | undefined;
  #current = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lookDueAt = Number.POSITIVE_INFINITY;

  constructor(
    public meeting: Meeting,
    readonly userId: string,
    private readonly api: Api,
    token: string,
    private readonly listener: Listener,
  ) {
    this.#connection = new Connection(token, {
      onState: (state) => {
        this.#stop();
        listener.onConnection(state);
      },
      onConnected: () => void this.#catchUp(),
      onEvent: (event) => this.#hear(event),
      onRefused: (code) => this.#end({ code }),
    });
  }

  open() {
    this.listener.onConnection({ kind: 'connecting' });
    this.#connection.open();
  }

  async moveHand(to: 'raise' | 'lower'): Promise<Refusal | undefined> {
    const { refusal } = await this.api.moveHand(this.meeting.id, to);
    // The room hears of it, too; this tab may be without a connection just now.
    if (!refusal) {
      this.roster.change(this.userId, { isHandRaised: to === 'raise' });
      this.listener.onChange(undefined);
    }
    return refusal;
  }

  async leave(): Promise<Refusal | undefined> {
    const { refusal } = await this.api.leave(this.meeting.id);
    if (!refusal) this.close();
    return refusal;
  }

  close() {
    this.#stop();
    this.#connection.close();
  }

  /** Whatever is being fetched is of a connection that is gone. */
  #stop() {
    this.#current.abort();
    clearTimeout(this.#timer);
    this.#lookDueAt = Number.POSITIVE_INFINITY;
  }

  async #catchUp() {
    this.#stop();
    this.#current = new AbortController();
    this.listener.onConnection({ kind: 'catching-up' });
    const { signal } = this.#current;
    const options = { api: this.api, connection: this.#connection, meetingId: this.meeting.id, signal };
    this.#held = [];
    const answer = await catchUp({ ...options, isReturn: this.#isReturn });
    if (!answer) return;
    if (answer.refusal) return this.#end(answer.refusal);
    this.#take(answer.data);
    this.listener.onConnection({ kind: 'connected' });
    this.listener.onCaughtUp(this.#isReturn);
    this.#isReturn = true;
    this.#lookWithin(LOOK_EVERY_MS);
  }

  /** Looks at the whole state without having lost the connection. */
  async #look() {
    const { signal } = this.#current;
    this.#held = [];
    this.#lookDueAt = Number.POSITIVE_INFINITY;
    const { data } = withoutRoster(await this.api.meeting(this.meeting.id));
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
    this.listener.onChange(undefined);
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
      return this.#end({ code: 'NOT_PARTICIPANT' });
    }
    if (event.name === 'meeting:locked' || event.name === 'meeting:unlocked') {
      this.meeting = { ...this.meeting, isLocked: event.name === 'meeting:locked' };
    }
    const effect = this.roster.apply(event);
    if (effect === 'stranger') this.#lookWithin(1_000);
    this.listener.onChange(event);
  }

  #end(refusal: Refusal) {
    this.close();
    this.listener.onOver(refusal);
  }
}
