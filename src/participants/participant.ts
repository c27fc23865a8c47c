import type { Random } from '../kernel/random.ts';
import type { Answer } from '../meetings/answer.ts';
import type { NetworkQuality } from '../meetings/meeting.ts';
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
  /** Whether the service has this operation, by its contract. */
  can(operation: string): boolean;
  /** Calls any operation of the contract about the participant's meeting; `input` is what the contract calls so. */
  call(operation: string, input?: unknown): Promise<Answer>;
  /**
   * Waits for the next event of this name that reaches the participant, for at most this many ms from now. Answers how
   * the wait ended: `ok`, `timeout`, or `aborted`. Nothing is recorded.
   */
  expectEvent(name: string, withinMs: number): Promise<Outcome>;
  /** Goes into the meeting, as the contract has it; answers the step that failed, if one did. */
  arrive(): Promise<string | undefined>;
  join(): Promise<Answer>;
  connect(): Promise<Outcome>;
  enterRoom(): Promise<Outcome>;
  getMeeting(): Promise<Answer>;
  raiseHand(): Promise<Answer>;
  lowerHand(): Promise<Answer>;
  reportNetwork(seen: NetworkQuality): Promise<Answer>;
  leave(): Promise<Answer>;
  /** Pauses for an even choice of the range in ms; false when the run wants the participant to leave now. */
  think(rangeMs: readonly [number, number]): Promise<boolean>;
}
