import type { Participant } from '../participants/participant.ts';

/** What a participant does, as plain code. The answer says whether it came to its end, or where it gave up. */
export type Journey = (participant: Participant) => Promise<JourneyEnd>;

export type JourneyEnd = 'completed' | `gave up: ${string}`;
