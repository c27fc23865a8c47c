/** A participant of a meeting, with the names that checks and reports use for every service. */
export interface Participant {
  readonly userId: string;
  readonly role?: string;
  /** Undefined if the service does not report it. */
  readonly handRaised?: boolean;
}

export const QUALITIES = ['excellent', 'good', 'poor', 'bad', 'very_bad', 'down'] as const;
export type Quality = (typeof QUALITIES)[number];

/** rtt in ms, packetLoss in % from 0 to 100, bandwidth in kbps. */
export interface NetworkQuality {
  readonly quality: Quality;
  readonly rtt: number;
  readonly packetLoss: number;
  readonly bandwidth: number;
}

/** recommendedBitrate in kbps. */
export interface NetworkAdvice {
  readonly enableAudioPriority?: boolean;
  readonly recommendedBitrate?: number;
  readonly packetLossAcceptable?: boolean;
  readonly actions?: readonly string[];
}
