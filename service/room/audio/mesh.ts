import type { AudioEvents, AudioJoined } from '../../realtime/messages.ts';
import type { Connection } from '../connection.ts';
import { limitBitrate } from './bitrate.ts';
import { isGranted, type Microphone } from './microphone.ts';
import { Peer, type Signal } from './peer.ts';

/** A user at the other end. */
type End = { userId: string; peer: Peer; sound: HTMLAudioElement };

type Listener = {
  /** Called when a connection opens, closes or changes its state. */
  onChange(): void;
  /** Called when the browser plays no sound until the user clicks the page. */
  onSilenced(): void;
  /** Called when the audio of this user moves to another tab. */
  onTakenOver(): void;
};

/** The media connections to all other users with audio in the meeting. */
export class Mesh {
  readonly #ends = new Map<string, End>();
  #ownId: string | undefined;
  #bitrateKbps: number | undefined;
  /**
   * Whether the microphone opens only for the first listener. That needs a permission, so that no prompt appears then.
   */
  #opensLate = false;
  /** The latest join. Signals that arrive during the join wait for its end. */
  #joining: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly connection: Connection,
    private readonly meetingId: string,
    private readonly microphone: Microphone,
    private readonly listener: Listener,
  ) {}

  /** Joins the audio and calls all members. @returns the code of a refusal */
  join(): Promise<string | undefined> {
    const joining = this.#join();
    this.#joining = joining;
    return joining;
  }

  async #join(): Promise<string | undefined> {
    this.#hangUp();
    const { meetingId } = this;
    const answer = await this.connection.ask<AudioJoined>('meeting:audio-join', { meetingId });
    if ('error' in answer) return answer.error;
    this.#ownId = answer.peerId;
    // Opens the microphone after the join, because a refused join needs none. Users expect the prompt at this moment.
    this.#opensLate = await isGranted();
    if (this.#opensLate && answer.peers.length === 0) this.microphone.close();
    else await this.microphone.open();
    // The user may have left or joined again during the prompt.
    if (this.#ownId !== answer.peerId) return undefined;
    for (const { peerId, userId } of answer.peers) this.#meet(peerId, userId, true);
    this.listener.onChange();
    return undefined;
  }

  close() {
    this.#hangUp();
  }

  leave() {
    this.close();
    if (this.connection.isConnected) {
      void this.connection.ask('meeting:audio-leave', { meetingId: this.meetingId });
    }
  }

  /** The users at the other ends, each with the state of the connection. */
  get ends(): { userId: string; peerId: string; connection: RTCPeerConnection }[] {
    return [...this.#ends].map(([peerId, { userId, peer }]) => ({
      userId,
      peerId,
      connection: peer.connection,
    }));
  }

  hear<Name extends keyof AudioEvents>(name: Name, content: AudioEvents[Name]): Promise<void>;
  async hear(name: keyof AudioEvents, content: AudioEvents[keyof AudioEvents]) {
    await this.#joining;
    if (this.#ownId === undefined) return;
    if (name === 'meeting:signal') this.#receive(content as AudioEvents['meeting:signal']);
    else this.#part(content as AudioEvents['meeting:audio-left']);
  }

  /** Limits the total bitrate of this end. */
  limitBitrate(kbps: number) {
    this.#bitrateKbps = kbps;
    for (const { connection } of this.ends) limitBitrate(connection, kbps / this.#ends.size);
  }

  /** Plays all sounds. Call it after a click, which browsers require. */
  playAll() {
    for (const { sound } of this.#ends.values()) void sound.play().catch(() => this.listener.onSilenced());
  }

  #receive({ from, userId, ...signal }: AudioEvents['meeting:signal']) {
    const end = this.#ends.get(from) ?? this.#meet(from, userId, false);
    void end.peer.receive(signal as Signal);
  }

  #part({ peerId }: AudioEvents['meeting:audio-left']) {
    if (peerId === this.#ownId) {
      this.#hangUp();
      this.listener.onTakenOver();
      return;
    }
    this.#close(peerId);
    if (this.#ends.size === 0 && this.#opensLate) this.microphone.close();
    this.listener.onChange();
  }

  #meet(peerId: string, userId: string, isCaller: boolean): End {
    const sound = new Audio();
    const peer = new Peer({
      isCaller,
      sound: this.microphone.open(),
      send: (signal) =>
        void this.connection.ask('meeting:signal', { meetingId: this.meetingId, to: peerId, ...signal }),
      onSound: (stream) => {
        sound.srcObject = stream;
        sound.play().catch((error) => {
          if (error.name === 'NotAllowedError') this.listener.onSilenced();
        });
      },
      onState: (state) => {
        if (state === 'connected' && this.#bitrateKbps !== undefined) this.limitBitrate(this.#bitrateKbps);
        this.listener.onChange();
      },
    });
    const end = { userId, peer, sound };
    this.#ends.set(peerId, end);
    return end;
  }

  #hangUp() {
    this.#ownId = undefined;
    for (const peerId of [...this.#ends.keys()]) this.#close(peerId);
  }

  #close(peerId: string) {
    const end = this.#ends.get(peerId);
    end?.peer.close();
    if (end) end.sound.srcObject = null;
    this.#ends.delete(peerId);
  }
}
