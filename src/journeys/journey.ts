import type { Participant } from '../participants/participant.ts';

/** The actions of a participant, as code. The result says whether it completed them, or where it gave up. */
export type Journey = (participant: Participant) => Promise<JourneyEnd>;

export type JourneyEnd = 'completed' | `gave up: ${string}`;
