import { z } from 'zod';

/** PostgreSQL cannot store the NUL character. */
const text = z.string().regex(/^[^\0]*$/, 'must not contain the NUL character');
const time = z.iso.datetime({ offset: true });
const id = z.guid();

const ROLES = ['host', 'co_host', 'speaker', 'listener', 'music_host'] as const;
const QUALITIES = ['excellent', 'good', 'poor', 'bad', 'very_bad', 'down'] as const;
const STATUSES = ['scheduled', 'active', 'ended'] as const;

export const meetingId = z.object({ id });

export const newMeeting = z.object({
  title: text.trim().min(1).max(100),
  description: text.max(500).nullish(),
  scheduledStart: time.nullish(),
  maxParticipants: z.int().min(2).max(1000).default(100),
  backgroundMusicEnabled: z.boolean().default(false),
  recordingEnabled: z.boolean().default(false),
});

export const meetingFilter = z.object({
  status: z.enum(STATUSES).optional(),
  hostId: text.max(36).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});

export const joinRequest = z.object({ role: z.enum(ROLES).default('listener') }).nullish();

export const controlRequest = z.object({
  // Not an enum, because an unknown action has its own code, INVALID_ACTION.
  action: z.string().max(50).meta({ description: 'mute, unmute, remove, promote, demote, lock or unlock' }),
  participantId: id.optional(),
  role: z.enum(ROLES).optional(),
});

export const networkReport = z.object({
  quality: z.enum(QUALITIES),
  rtt: z.number().min(0).max(1e9).meta({ description: 'milliseconds' }),
  packetLoss: z.number().min(0).max(100).meta({ description: 'percent' }),
  bandwidth: z.number().min(0).max(1e12).meta({ description: 'kbps' }),
});

const participant = z.object({
  id,
  meetingId: id,
  userId: z.string(),
  role: z.enum(ROLES),
  isMuted: z.boolean(),
  hasRaisedHand: z.boolean(),
  isConnected: z
    .boolean()
    .meta({ description: 'whether a socket of the user is in the room of the meeting' }),
  networkQuality: z.enum(QUALITIES).nullable(),
  joinedAt: time,
});

export const meeting = z.object({
  id,
  title: z.string(),
  description: z.string().nullable(),
  hostId: z.string(),
  status: z.enum(STATUSES),
  scheduledStart: time.nullable(),
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  maxParticipants: z.int(),
  isLocked: z.boolean(),
  backgroundMusicEnabled: z.boolean(),
  recordingEnabled: z.boolean(),
  createdAt: time,
  participantCount: z.int(),
});

export const meetingWithRoster = meeting.extend({ participants: z.array(participant) });

export const networkAdvice = z.object({
  enableAudioPriority: z.boolean(),
  recommendedBitrate: z.int().meta({ description: 'kbps' }),
  packetLossAcceptable: z.boolean(),
  actions: z.array(z.string()),
});

export const joined = z.object({ meeting, participant, agoraToken: z.string(), agoraUid: z.int() });

export const resumed = z.object({
  meeting,
  participant,
  musicState: z.object({ isPlaying: z.boolean() }),
  recordingState: z.object({ isRecording: z.boolean() }),
  participants: z.array(participant),
});

export type Meeting = z.infer<typeof meeting>;
export type MeetingWithRoster = z.infer<typeof meetingWithRoster>;
export type Participant = z.infer<typeof participant>;
export type Role = Participant['role'];
export type NetworkReport = z.infer<typeof networkReport>;
export type NetworkAdvice = z.infer<typeof networkAdvice>;
