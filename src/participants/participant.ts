import type { Random } from '../kernel/random.ts';
import type { Joined, Meeting, NetworkAdvice, NetworkQuality } from '../meetings/contract.ts';
import type { Answer } from '../meetings/meetings-api.ts';
import type { AnswerTo, HttpName, SentWith } from '../meetings/operations.ts';
import type { Outcome } from '../timings/outcome.ts';

/**
 * One virtual user in one meeting, whatever drives it. Every method records its own outcome and latency and
 * never throws; a journey looks at the outcome and goes on or gives up.
 */
export interface Participant {
  readonly userId: string;
  readonly meetingId: string;
  /** The participant's own random numbers: same seed, same behaviour. */
  readonly random: Random;
  /** Calls any operation of the table about the participant's meeting; those below are the most usual ones. */
  call<Name extends HttpName>(operation: Name, body?: SentWith<Name>): Promise<Answer<AnswerTo<Name>>>;
  join(): Promise<Answer<Joined>>;
  connect(): Promise<Outcome>;
  enterRoom(): Promise<Outcome>;
  getMeeting(): Promise<Answer<Meeting>>;
  raiseHand(): Promise<Answer<unknown>>;
  lowerHand(): Promise<Answer<unknown>>;
  reportNetwork(seen: NetworkQuality): Promise<Answer<NetworkAdvice>>;
  leave(): Promise<Answer<unknown>>;
  /** Pauses for an even choice of the range in ms; false when the run wants the participant to leave now. */
  think(rangeMs: readonly [number, number]): Promise<boolean>;
}
