import type { State } from './answered.ts';

/** The reason why a question has no answer, or only a part of it. */
abstract class NoAnswer extends Error {
  abstract readonly state: Extract<State, 'not applicable' | 'inconclusive'>;
}

/**
 * The service does not have the subject of the question, which the message names. The question is neither passed nor
 * failed.
 */
export class NotApplicable extends NoAnswer {
  override readonly name = 'NotApplicable';
  readonly state = 'not applicable';
}

/** The question could not be asked. The message has the reason. */
export class Unanswered extends NoAnswer {
  override readonly name = 'Unanswered';
  readonly state = 'inconclusive';
}
