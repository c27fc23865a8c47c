import { setTimeout as pause } from 'node:timers/promises';
import { causeOfError, codeOfError } from '../request-context/failure.ts';
import type { Answered, State } from './answered.ts';
import type { Exchange } from './exchange.ts';
import { Interview, type InterviewOptions } from './interview.ts';
import { NotApplicable, Unanswered } from './no-answer.ts';
import type { Question } from './question.ts';

/**
 * A question that takes longer shows that the service hangs. With 100 ms for each answer, the longest takes half of
 * this.
 */
const LONGEST_QUESTION_MS = 45_000;

/** Runs one question against the service and leaves its meetings. Throws programming errors of the question. */
export async function ask(
  { id, question, ask, isWatched }: Question,
  options: InterviewOptions,
): Promise<Answered> {
  const [startedAt, from] = [new Date(), performance.now()];
  const interview = new Interview(options);
  const asking = isWatched ? ask(interview) : answersGoodRequest(interview).then(() => ask(interview));
  const reason = await reasonAgainst(Promise.race([asking, outOfTime()])).finally(() => interview.end());
  const { findings } = interview;
  const isDefect = findings.some(({ severity }) => severity === 'defect');
  const state: State = isDefect ? 'failed' : (reason?.state ?? 'passed');
  return {
    schema: 'fullhouse/conduct/2',
    id,
    question,
    state,
    reason: reason?.message ?? null,
    findings,
    startedAt: startedAt.toISOString(),
    durationMs: performance.now() - from,
  };
}

/** If a service fails a good request, its answers to other requests show nothing. */
async function answersGoodRequest(interview: Interview): Promise<void> {
  const exchange = interview.http('meeting.list')
    ? ((await interview.perform(await interview.users.caller('meeting.list'), 'meeting.list')) as Exchange)
    : await interview.health();
  const { status, sample } = exchange;
  if (status >= 500)
    throw new Unanswered(`the service answers a good request (${sample.request}) with ${status}`);
}

/** The reason why a question has no answer, or only a part of it. */
async function reasonAgainst(asked: Promise<unknown>): Promise<NotApplicable | Unanswered | undefined> {
  try {
    await asked;
    return undefined;
  } catch (error) {
    if (error instanceof NotApplicable || error instanceof Unanswered) return error;
    // Network errors have a code. Any other error is a programming error.
    if (codeOfError(error) === undefined) throw error;
    return new Unanswered(`the service did not answer: ${causeOfError(error)}`);
  }
}

async function outOfTime(): Promise<never> {
  await pause(LONGEST_QUESTION_MS, undefined, { ref: false });
  throw new Unanswered(`the question took longer than ${LONGEST_QUESTION_MS / 1000} s`);
}
