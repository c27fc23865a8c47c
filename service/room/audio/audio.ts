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
      /** Why the others hear nothing from here, in words. */
      listensOnly?: string;
      /** Those at the other ends, by whether sound can flow. */
      connected: string[];
      connecting: string[];
    };

const REASONS: Record<string, string> = {
  AUDIO_FULL:
    'Six people have audio in this meeting, which is all that it carries. You can take part without.',
  NOT_PARTICIPANT: 'You are not in the room at the moment.',
  TIMEOUT: 'The service did not answer in time.',
};

type Listener = {
  onChange(state: AudioState): void;
  onSilenced(): void;
};

/** The audio of this tab in its meeting: on or off, wanted or not, through lost connections. */
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
      onTakenOver: () => this.#end('The audio goes on in another tab.'),
    });
    await this.#call();
  }

  /** The room is entered again after a loss, or the connections have to be opened again. */
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
    // A lost connection is found out elsewhere, and the room entered again.
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
