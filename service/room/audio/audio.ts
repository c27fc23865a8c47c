import type { AudioEvents } from '../../realtime/messages.ts';
import type { Connection } from '../connection.ts';
import { Mesh } from './mesh.ts';
import { Microphone } from './microphone.ts';

export type AudioState =
  | { kind: 'off'; why?: string }
  | { kind: 'joining' }
  | {
      kind: 'on';
      isMuted: boolean;
      /** The reason why this user only listens. */
      listensOnly?: string;
      /** The users at the other ends, by the state of their connection. */
      connected: string[];
      connecting: string[];
    };

const REASONS: Record<string, string> = {
  AUDIO_FULL: 'Six people have audio in this meeting, which is the limit. You can take part without audio.',
  NOT_PARTICIPANT: 'You are not in the room at the moment.',
  TIMEOUT: 'The service did not answer in time.',
};

type Listener = {
  onChange(state: AudioState): void;
  onSilenced(): void;
};

/** The audio of this tab in its meeting. It returns after a lost connection. */
export class AudioLink {
  #mesh: Mesh | undefined;
  #microphone = new Microphone();
  #isWanted = false;
  #state: AudioState = { kind: 'off' };

  constructor(
    private readonly connection: Connection,
    private readonly meetingId: string,
    private readonly listener: Listener,
  ) {}

  get state(): AudioState {
    return this.#state;
  }

  get ends() {
    return this.#mesh?.ends ?? [];
  }

  async join() {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#become({ kind: 'joining' });
    this.#microphone = new Microphone();
    this.#mesh = new Mesh(this.connection, this.meetingId, this.#microphone, {
      onChange: () => this.#show(),
      onSilenced: this.listener.onSilenced,
      onTakenOver: () => this.#end('The audio moved to another tab.'),
    });
    await this.#call();
  }

  /** Joins again after a lost connection, or to open the audio connections again. */
  async rejoin() {
    if (this.#mesh) await this.#call();
  }

  leave() {
    this.#mesh?.leave();
    this.#end();
  }

  mute(isMuted: boolean) {
    this.#microphone.mute(isMuted);
    this.#show();
  }

  hear<Name extends keyof AudioEvents>(name: Name, content: AudioEvents[Name]) {
    void this.#mesh?.hear(name, content);
  }

  limitBitrate(kbps: number) {
    this.#mesh?.limitBitrate(kbps);
  }

  playAll() {
    this.#mesh?.playAll();
  }

  async #call() {
    const mesh = this.#mesh;
    const code = await mesh?.join();
    if (mesh !== this.#mesh) return;
    // Other code detects a lost connection and enters the room again.
    if (code === 'TIMEOUT' && !this.connection.isConnected) return;
    if (code) this.#end(REASONS[code] ?? 'The service refuses audio at the moment.');
    else this.#show();
  }

  #end(why?: string) {
    this.#isWanted = false;
    this.#mesh?.close();
    this.#mesh = undefined;
    this.#microphone.close();
    this.#become({ kind: 'off', ...(why ? { why } : {}) });
  }

  #show() {
    if (!this.#mesh) return;
    const of = (isConnected: boolean) =>
      this.ends
        .filter(({ connection }) => (connection.connectionState === 'connected') === isConnected)
        .map(({ userId }) => userId);
    this.#become({
      kind: 'on',
      isMuted: this.#microphone.isMuted,
      ...(this.#microphone.missing ? { listensOnly: this.#microphone.missing } : {}),
      connected: of(true),
      connecting: of(false),
    });
  }

  #become(state: AudioState) {
    this.#state = state;
    this.listener.onChange(state);
  }
}
