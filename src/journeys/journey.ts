import type { Participant } from '../participants/participant.ts';

/** The actions of a participant, as code. The result says whether it completed them, or where it gave up. */
export type Journey = (participant: Participant) => Promise<JourneyEnd>;

/** Whether the participant completed its actions, or the step at which it gave up: `gave up: meeting.join`. */
export type JourneyEnd = 'completed' | `gave up: ${string}`;
