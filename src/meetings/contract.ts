/**
 * The contract of a meetings service, as far as participants read it. Deployed services are less tidy than the
 * reference one: optional booleans may be missing, numbers may stand for booleans, more fields may be there.
 */
export const MEETINGS = '/api/v1/meetings';

/** So many calls per user and window of so many seconds, at most. */
export interface Allowance {
  readonly calls: number;
  readonly seconds: number;
}

/** What the contract allows each user; reconnect counts as a join. */
export const allowances = {
  create: { calls: 10, seconds: 900 },
  list: { calls: 30, seconds: 60 },
  read: { calls: 60, seconds: 60 },
  join: { calls: 20, seconds: 300 },
  leave: { calls: 30, seconds: 60 },
  hand: { calls: 20, seconds: 60 },
  quality: { calls: 100, seconds: 60 },
} as const satisfies Record<string, Allowance>;

export interface Participant {
  readonly userId: string;
  readonly role?: string;
  /** Deployed services leave booleans out when false, or write them as numbers. */
  readonly isHandRaised?: boolean | number;
}

export interface Meeting {
  readonly id: string;
  readonly title?: string;
  readonly status?: string;
  readonly maxParticipants?: number;
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
  readonly participants: readonly Participant[];
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

/** The room event that each of these calls causes. */
export const eventOf = {
  'meeting.join': 'meeting:participant-joined',
  'meeting.leave': 'meeting:participant-left',
  'hand.raise': 'meeting:hand-raised',
  'hand.lower': 'meeting:hand-lowered',
} as const;
