/**
 * The contract of a meetings service, as far as participants read it. Deployed services are less tidy than the
 * reference one: optional booleans may be missing, numbers may stand for booleans, more fields may be there.
 */
export const MEETINGS = '/api/v1/meetings';

export interface Participant {
  readonly userId: string;
  readonly role?: string;
  /** Deployed services leave booleans out when false, or write them as numbers. */
  readonly hasRaisedHand?: boolean | number;
  /** What some services call the hand. */
  readonly isHandRaised?: boolean | number;
}

const HAND_FIELDS = ['hasRaisedHand', 'isHandRaised'] as const;
/** How a service calls the hand of a participant. */
export type HandField = (typeof HAND_FIELDS)[number];

/** The field in which this participant's hand is; undefined where there is none. */
export function handFieldOf(participant: Participant): HandField | undefined {
  return HAND_FIELDS.find((field) => participant[field] !== undefined);
}

/**
 * Whether the hand is up; undefined where the service does not report it. `field` is the one in which the service is
 * known to report hands: then a field that is missing is a hand that is down.
 */
export function handOf(participant: Participant, field?: HandField | null): boolean | undefined {
  const value = participant[field ?? handFieldOf(participant) ?? 'hasRaisedHand'];
  if (value === undefined) return field ? false : undefined;
  return value === true || value === 1;
}

export interface Meeting {
  readonly id: string;
  readonly title?: string;
  readonly status?: string;
  readonly maxParticipants?: number;
  /** Undefined where the service does not report it, which is not an empty roster. */
  readonly participants?: readonly Participant[];
}

/** What is asked of a new meeting, of what can be asked. */
export interface NewMeeting {
  /** 1 to 100 characters. */
  readonly title: string;
  /** 2 to 1000, the host included. */
  readonly maxParticipants: number;
}

export interface Joined {
  readonly meeting: Meeting;
  readonly participant: Participant;
}

export interface Resumed {
  readonly meeting: Meeting;
  readonly participant: Participant;
  /** Undefined where the service does not report it. */
  readonly participants?: readonly Participant[];
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

/** What the service tells a room; each carries at least `meetingId` and `userId`. */
export interface RoomEvent {
  readonly name: string;
  readonly meetingId: string;
  readonly userId: string;
  readonly payload: Readonly<Record<string, unknown>>;
}
