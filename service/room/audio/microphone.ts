const REASONS: Record<string, string> = {
  NotAllowedError: 'Your browser does not let this page use the microphone.',
  NotFoundError: 'There is no microphone.',
  NotReadableError: 'Another program has the microphone.',
};

/** The sound of the person in front of the page. It is opened for those who hear it, and closed after the last of them. */
export class Microphone {
  #opening: Promise<MediaStream | undefined> | undefined;
  #stream: MediaStream | undefined;
  #missing: string | undefined;
  #isMuted = false;
  #closings = 0;

  /** Why the others hear nothing from here, in words. */
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

  /** @returns undefined where there is none, or when it was closed meanwhile */
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
    // The user has left the audio meanwhile, or has no one to talk to any more.
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

/** Whether it can be opened at any time without asking anybody. A browser that does not tell has to ask. */
export async function isGranted(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: 'microphone' })).state === 'granted';
  } catch {
    return false;
  }
}

type Lent = { stream: MediaStream; missing?: undefined } | { stream?: undefined; missing: string };

async function lent(): Promise<Lent> {
  // Absent where the page came over plain HTTP from another machine.
  if (!navigator.mediaDevices) return { missing: 'Without HTTPS, browsers lend no microphone.' };
  try {
    return { stream: await navigator.mediaDevices.getUserMedia({ audio: true }) };
  } catch (error) {
    return { missing: REASONS[(error as Error).name] ?? 'The microphone cannot be used.' };
  }
}

function stopAll(stream: MediaStream | undefined) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
