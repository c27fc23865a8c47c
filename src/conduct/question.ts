import type { Interview } from './interview.ts';

/** One question to the service: what a good service does, checked with a few calls. */
export interface Question {
  /** The name of its file. */
  readonly id: string;
  /** As a reader asks it. */
  readonly question: string;
  /** What is tried, for the title of its test. */
  readonly facts: string;
  /** It is answered from what was watched beside the other questions, and calls nothing. */
  readonly isWatched?: true;
  /**
   * Notes what it finds. @throws {NotApplicable} when the service does not offer what the question is about
   * @throws {Unanswered} when it could not be asked
   */
  ask(interview: Interview): Promise<void>;
}
