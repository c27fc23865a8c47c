import { setTimeout as pause } from 'node:timers/promises';
import { causeOfError, codeOfError } from '../../request-context/failure.ts';
import { excerpt } from '../exchange.ts';
import { Interview, type StoppableDatabase } from '../interview.ts';
import { NotApplicable, Unanswered } from '../no-answer.ts';
import type { Question } from '../question.ts';
import { meetingIn } from '../reaction.ts';
import type { User } from '../users.ts';

/** A health check may answer from a cache, or wait for its own time limit. */
const TRUTH_WITHIN_MS = 4000;
const AGAIN_AFTER_MS = 200;

export const health: Question = {
  id: 'health',
  question: 'Does /health tell the truth while the database is down?',
  facts: 'the database is stopped under the service',
  async ask(interview) {
    const work = ['meeting.list', 'meeting.create'].find((name) => interview.http(name));
    if (work === undefined)
      throw new NotApplicable('the contract has no call over HTTP that needs a database');
    const database = await interview.options.stoppableDatabase();
    if (typeof database === 'string') throw new NotApplicable(database);
    const other = new Interview({ ...interview.options, serviceUrl: database.serviceUrl });
    try {
      await stopAndAsk({ interview, other, database, work });
    } finally {
      await other.end();
      await database.close();
    }
  },
};

interface Stopping {
  readonly interview: Interview;
  /** The interview with the service whose database is stopped. */
  readonly other: Interview;
  readonly database: StoppableDatabase;
  /** The operation that needs the database. */
  readonly work: string;
}

async function stopAndAsk({ interview, other, database, work }: Stopping): Promise<void> {
  const path = other.contract.service.health;
  const before = await other.health();
  if (!before.isAccepted)
    throw new Unanswered(`${path} was not ok before the database was stopped: ${before.sample.answer}`);
  // A login may need the database.
  const user = await other.users.open();
  await database.stop();
  const until = performance.now() + TRUTH_WITHIN_MS;
  const remark = 'the database is down';
  let last = await other.health(remark);
  const failure = await failureOf(other, user, work);
  // A service that works without its database may report ok.
  if (failure === undefined) throw new Unanswered('the service answers although its database was stopped');
  while (last.isAccepted && performance.now() < until) {
    await pause(AGAIN_AFTER_MS);
    last = await other.health(remark);
  }
  if (last.isAccepted) {
    const { request, answer } = last.sample;
    interview.note(
      'health-hides-a-database-that-is-down',
      { request, answer: `${answer}, while ${work} answered ${excerpt(failure, 80)}` },
      `${path} reports ok while the database is down.`,
    );
  }
  await database.start();
}

/** The answer of the service to a call that needs its database; undefined for a success. */
async function failureOf(other: Interview, user: User, work: string): Promise<string | undefined> {
  try {
    const reaction = await other.perform(user, work);
    if (!reaction.isAccepted) return reaction.sample.answer;
    const id = work === 'meeting.create' ? meetingIn(reaction) : undefined;
    if (id !== undefined) other.willLeave(id, user);
    return undefined;
  } catch (error) {
    if (codeOfError(error) === undefined) throw error;
    return `nothing: ${causeOfError(error)}`;
  }
}
