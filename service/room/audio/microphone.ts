const REASONS: Record<string, string> = {
  NotAllowedError: 'Your browser does not let this page use the microphone.',
  NotFoundError: 'There is no microphone.',
  NotReadableError: 'Another program uses the microphone.',
};

/** The sound of the user. The microphone is open only while others listen. */
export class Microphone {
  #opening: Promise<MediaStream | undefined> | undefined;
  #stream: MediaStream | undefined;
  #missing: string | undefined;
  #isMuted = false;
  #closings = 0;

  /** The reason why there is no sound, in words. */
  get missing(): string | undefined {
    return this.#missing;
  }

  get isMuted(): boolean {
    return this.#isMuted;
  }

  mute(isMuted: boolean) {
    this.#isMuted = isMuted;
    for (const track of this.#stream?.getAudioTracks() ?? []) track.enabled = !isMuted;
  }

  /** @returns undefined without a microphone, or if it was closed during the opening */
  open(): Promise<MediaStream | undefined> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  close() {
    this.#closings++;
    stopAll(this.#stream);
    this.#opening = this.#stream = this.#missing = undefined;
  }

  async #open(): Promise<MediaStream | undefined> {
    const closings = this.#closings;
    const { stream, missing } = await lent();
    // The microphone was closed during the opening.
    if (closings !== this.#closings) {
      stopAll(stream);
      return undefined;
    }
    this.#stream = stream;
    this.#missing = missing;
    this.mute(this.#isMuted);
    return stream;
  }
}

/** Whether the microphone can open without a prompt. False if the browser does not report it. */
export async function isGranted(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: 'microphone' })).state === 'granted';
  } catch {
    return false;
  }
}

type Lent = { stream: MediaStream; missing?: undefined } | { stream?: undefined; missing: string };

async function lent(): Promise<Lent> {
  // Undefined if the page came over plain HTTP from another machine.
  if (!navigator.mediaDevices) return { missing: 'Browsers allow no microphone without HTTPS.' };
  try {
    return { stream: await navigator.mediaDevices.getUserMedia({ audio: true }) };
  } catch (error) {
    return { missing: REASONS[(error as Error).name] ?? 'The microphone cannot be used.' };
  }
}

function stopAll(stream: MediaStream | undefined) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
