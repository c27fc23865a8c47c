import { z } from 'zod';

/** The longest relayed description. A description of audio and video with all codecs of a browser has about 7000. */
const MAX_SDP_LENGTH = 12_000;

const MAX_CHAT_LENGTH = 2_000;

/** A message with a meeting. */
export const aboutMeeting = z.object({ meetingId: z.guid().transform((id) => id.toLowerCase()) });

const description = z.object({
  type: z.enum(['offer', 'answer', 'pranswer', 'rollback']),
  sdp: z.string().max(MAX_SDP_LENGTH),
});

/** A chat message with an id that its sender chose, with which sender and receivers recognize it. */
export const chatMessage = aboutMeeting.extend({
  id: z.string().min(1).max(100),
  text: z.string().trim().min(1).max(MAX_CHAT_LENGTH),
});

/** An ICE candidate; null after the last one. */
const candidate = z
  .object({
    candidate: z.string().max(1_000),
    sdpMid: z.string().max(100).nullish(),
    sdpMLineIndex: z.int().min(0).max(100).nullish(),
    usernameFragment: z.string().max(256).nullish(),
  })
  .nullable();

/** A WebRTC signal from one end of a media connection to the other. Other fields are not relayed. */
export const signal = z.union([
  aboutMeeting.extend({ to: z.uuid(), description }),
  aboutMeeting.extend({ to: z.uuid(), candidate }),
]);

/** The fields of a relayed message. */
type Relayed = { meetingId: string; userId: string; from: string };

/** The events of an audio room as they are sent. */
export type AudioEvents = {
  'meeting:signal': Relayed &
    ({ description: z.infer<typeof description> } | { candidate: z.infer<typeof candidate> });
  'meeting:audio-left': { meetingId: string; userId: string; peerId: string };
};

/** The answer to `meeting:audio-join`. */
export type AudioJoined = {
  meetingId: string;
  /** The id with which the others reach the new member. */
  peerId: string;
  /** The earlier members, whom the new member calls. */
  peers: { peerId: string; userId: string }[];
  /** The most members of an audio room. */
  limit: number;
};
