/** What participants know of a meeting, in the words that checks and reports use, whatever the service calls it. */
export interface Participant {
  readonly userId: string;
  readonly role?: string;
  /** Undefined where the service does not report it. */
  readonly handRaised?: boolean;
}

/** What is asked of a new meeting. */
export interface NewMeeting {
  /** 1 to 100 characters. */
  readonly title: string;
  /** The most participants, the host included. */
  readonly capacity: number;
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
