/** A participant of a meeting, with the names that checks and reports use for every service. */
export interface Participant {
  readonly userId: string;
  readonly role?: string;
  /** Undefined if the service does not report it. */
  readonly handRaised?: boolean;
}

export const QUALITIES = ['excellent', 'good', 'poor', 'bad', 'very_bad', 'down'] as const;
export type Quality = (typeof QUALITIES)[number];

/** The quality of a participant's network, as it measured it. */
export interface NetworkQuality {
  /** In a word, from `excellent` to `down`. */
  readonly quality: Quality;
  /** The round-trip time, in ms. */
  readonly rtt: number;
  /** In %, from 0 to 100. */
  readonly packetLoss: number;
  /** In kbps. */
  readonly bandwidth: number;
}

/** recommendedBitrate in kbps. */
export interface NetworkAdvice {
  readonly enableAudioPriority?: boolean;
  readonly recommendedBitrate?: number;
  readonly packetLossAcceptable?: boolean;
  readonly actions?: readonly string[];
}
