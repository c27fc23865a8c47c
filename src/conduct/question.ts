import type { Interview } from './interview.ts';

/** A check of one property of a good service, by a few calls. */
export interface Question {
  /** The name of its file. */
  readonly id: string;
  /** The question in words. */
  readonly question: string;
  /** The tried cases, for the title of its test. */
  readonly facts: string;
  /** Whether the answer comes from a watch in parallel with the other questions, without calls. */
  readonly isWatched?: true;
  /**
   * Notes its findings. @throws {NotApplicable} if the service lacks the subject of the question
   * @throws {Unanswered} if the question could not be asked
   */
  ask(interview: Interview): Promise<void>;
}
