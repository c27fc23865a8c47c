/** A signal between the two ends, which the service relays. */
export type Signal = { description: RTCSessionDescriptionInit } | { candidate: RTCIceCandidateInit | null };

type Options = {
  /** Whether this end makes the first offer and gives way to a simultaneous offer. */
  isCaller: boolean;
  /** Resolves to undefined if this end only listens. */
  sound: Promise<MediaStream | undefined>;
  send(signal: Signal): void;
  onSound(sound: MediaStream): void;
  onState(state: RTCPeerConnectionState): void;
};

/**
 * The media connection to one other user, with WebRTC's "perfect negotiation". There are no STUN or TURN servers, so
 * both browsers must reach each other's addresses, for example on one machine.
 */
export class Peer {
  readonly connection = new RTCPeerConnection();
  readonly #options: Options;
  #isOffering = false;
  #ignoresOffer = false;
  #speaking: Promise<void> | undefined;
  /** Handles signals one after another, because a candidate must not overtake its description. */
  #inTurn: Promise<void> = Promise.resolve();

  constructor(options: Options) {
    this.#options = options;
    const { connection } = this;
    connection.onnegotiationneeded = () => void this.#offer();
    connection.onicecandidate = ({ candidate }) =>
      options.send({ candidate: candidate === null ? null : candidate.toJSON() });
    connection.ontrack = ({ track, streams: [stream] }) =>
      options.onSound(stream ?? new MediaStream([track]));
    connection.onconnectionstatechange = () => {
      // Only the caller restarts ICE. The other end answers.
      if (connection.connectionState === 'failed' && options.isCaller) connection.restartIce();
      options.onState(connection.connectionState);
    };
    // The other end adds its sound after the offer of the caller.
    if (options.isCaller) void this.#speak();
  }

  receive(signal: Signal): Promise<void> {
    this.#inTurn = this.#inTurn.then(() => this.#take(signal)).catch(() => undefined);
    return this.#inTurn;
  }

  close() {
    this.connection.onconnectionstatechange = null;
    this.connection.close();
  }

  #speak(): Promise<void> {
    this.#speaking ??= this.#options.sound.then((sound) => {
      const { connection } = this;
      if (connection.signalingState === 'closed') return;
      const [track] = sound?.getAudioTracks() ?? [];
      if (sound && track) connection.addTrack(track, sound);
      else if (this.#options.isCaller) connection.addTransceiver('audio', { direction: 'recvonly' });
    });
    return this.#speaking;
  }

  async #offer() {
    try {
      this.#isOffering = true;
      await this.connection.setLocalDescription();
      this.#sendDescription();
    } catch {
      // The connection may have closed.
    } finally {
      this.#isOffering = false;
    }
  }

  async #take(signal: Signal) {
    const { connection } = this;
    if (!('description' in signal)) return this.#takeCandidate(signal.candidate);
    const isOffer = signal.description.type === 'offer';
    const isGlare = isOffer && (this.#isOffering || connection.signalingState !== 'stable');
    this.#ignoresOffer = isGlare && !this.#options.isCaller;
    if (this.#ignoresOffer) return;
    // This rolls back an offer of this end.
    await connection.setRemoteDescription(signal.description);
    if (!isOffer) return;
    await this.#speak();
    await connection.setLocalDescription();
    this.#sendDescription();
  }

  async #takeCandidate(candidate: RTCIceCandidateInit | null) {
    try {
      await this.connection.addIceCandidate(candidate);
    } catch (error) {
      // Candidates of an ignored offer fail, as expected.
      if (!this.#ignoresOffer) throw error;
    }
  }

  #sendDescription() {
    const description = this.connection.localDescription;
    if (description) this.#options.send({ description: { type: description.type, sdp: description.sdp } });
  }
}
