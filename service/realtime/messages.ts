import { z } from 'zod';

/** The longest description that is relayed; one of audio and video with every codec of a browser has 7 000 or so. */
const MAX_SDP_LENGTH = 12_000;

const MAX_CHAT_LENGTH = 2_000;

/** Whatever names a meeting. */
export const aboutMeeting = z.object({ meetingId: z.guid().transform((id) => id.toLowerCase()) });

const description = z.object({
  type: z.enum(['offer', 'answer', 'pranswer', 'rollback']),
  sdp: z.string().max(MAX_SDP_LENGTH),
});

/** A chat message with an id that its sender chose, so that the sender and the receivers know it again. */
export const chatMessage = aboutMeeting.extend({
  id: z.string().min(1).max(100),
  text: z.string().trim().min(1).max(MAX_CHAT_LENGTH),
});

/** Null: there are no more. */
const candidate = z
  .object({
    candidate: z.string().max(1_000),
    sdpMid: z.string().max(100).nullish(),
    sdpMLineIndex: z.int().min(0).max(100).nullish(),
    usernameFragment: z.string().max(256).nullish(),
  })
  .nullable();

/** What one end of a media connection tells the other, as WebRTC has it; nothing else is relayed. */
export const signal = z.union([
  aboutMeeting.extend({ to: z.uuid(), description }),
  aboutMeeting.extend({ to: z.uuid(), candidate }),
]);

/** The two ends of a message that was relayed. */
type Relayed = { meetingId: string; userId: string; from: string };

/** The events of an audio room, as they travel. */
export type AudioEvents = {
  'meeting:signal': Relayed &
    ({ description: z.infer<typeof description> } | { candidate: z.infer<typeof candidate> });
  'meeting:audio-left': { meetingId: string; userId: string; peerId: string };
};

/** The answer to `meeting:audio-join`. */
export type AudioJoined = {
  meetingId: string;
  /** Under which the others reach the newcomer. */
  peerId: string;
  /** The members that are there already; the newcomer calls them. */
  peers: { peerId: string; userId: string }[];
  /** The most that one audio room holds. */
  limit: number;
};
