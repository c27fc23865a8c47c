import type { State } from './answered.ts';

/** Why a question has no answer, or not the whole of it. */
abstract class NoAnswer extends Error {
  abstract readonly state: Extract<State, 'not applicable' | 'inconclusive'>;
}

/** The service does not offer what the question is about; the message names it. Neither passed nor failed. */
export class NotApplicable extends NoAnswer {
  override readonly name = 'NotApplicable';
  readonly state = 'not applicable';
}

/** The question could not be asked; the message has the reason. */
export class Unanswered extends NoAnswer {
  override readonly name = 'Unanswered';
  readonly state = 'inconclusive';
}
