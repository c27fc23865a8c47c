import { setTimeout as pause } from 'node:timers/promises';
import { causeOfError, codeOfError } from '../../request-context/failure.ts';
import { excerpt } from '../exchange.ts';
import { Interview, type StoppableDatabase } from '../interview.ts';
import { NotApplicable, type Question, Unanswered } from '../question.ts';
import { meetingIn, type Reaction } from '../reaction.ts';
import type { User } from '../users.ts';

/** A health check that is answered from a cache, or that waits for its own time limit, has so long. */
const TRUTH_WITHIN_MS = 4000;
const AGAIN_AFTER_MS = 200;

export const health: Question = {
  id: 'health',
  question: 'Does /health tell the truth while the database is down?',
  async ask(interview) {
    const work = ['meeting.list', 'meeting.create'].find((name) => interview.http(name));
    if (work === undefined)
      throw new NotApplicable('the contract has no call over HTTP that needs a database');
    const database = await interview.options.stoppableDatabase();
    if (typeof database === 'string') throw new NotApplicable(database);
    const { serviceUrl } = database;
    const other = new Interview({ ...interview.options, serviceUrl });
    try {
      await stopAndAsk({ interview, other, database, work });
    } finally {
      await other.end();
      await database.close();
    }
  },
};

async function stopAndAsk({
  interview,
  other,
  database,
  work,
}: {
  interview: Interview;
  other: Interview;
  database: StoppableDatabase;
  /** The operation that needs the database. */
  work: string;
}): Promise<void> {
  const path = other.contract.service.health;
  const before = await other.health();
  if (!before.isAccepted)
    throw new Unanswered(`${path} was not ok before the database was stopped: ${before.sample.answer}`);
  // A login may need the database, too.
  const user = await other.newUser();
  await database.stop();
  const until = performance.now() + TRUTH_WITHIN_MS;
  const remark = 'the database is down';
  let last = await other.health(remark);
  const worked = await answerOrCause(doing(other, user, work));
  // It serves lists without its database: then it may be well without it.
  if (worked === undefined) throw new Unanswered('the service answers although its database was stopped');
  while (last.isAccepted && performance.now() < until) {
    await pause(AGAIN_AFTER_MS);
    last = await other.health(remark);
  }
  if (last.isAccepted) {
    const { request, answer } = last.sample;
    interview.note(
      'health-hides-a-database-that-is-down',
      { request, answer: `${answer}, while ${work} answered ${excerpt(worked, 80)}` },
      `${path} says ok while the database is down.`,
    );
  }
  await database.start();
}

async function doing(other: Interview, user: User, work: string): Promise<Reaction> {
  const reaction = await other.perform(user, work);
  const id = reaction.isAccepted && work === 'meeting.create' ? meetingIn(reaction) : undefined;
  if (id !== undefined) other.willLeave(id, user);
  return reaction;
}

/** What the service says when it needs its database; undefined for a success. */
async function answerOrCause(working: Promise<Reaction>): Promise<string | undefined> {
  try {
    const { isAccepted, sample } = await working;
    return isAccepted ? undefined : sample.answer;
  } catch (error) {
    if (codeOfError(error) === undefined) throw error;
    return `nothing: ${causeOfError(error)}`;
  }
}
