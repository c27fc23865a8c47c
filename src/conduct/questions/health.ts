import { setTimeout as pause } from 'node:timers/promises';
import { causeOfError, codeOfError } from '../../request-context/failure.ts';
import { type Exchange, excerpt, record } from '../exchange.ts';
import { Interview, type StoppableDatabase } from '../interview.ts';
import { NotApplicable, type Question, Unanswered } from '../question.ts';

/** A health check that is answered from a cache, or that waits for its own time limit, has so long. */
const TRUTH_WITHIN_MS = 4000;
const AGAIN_AFTER_MS = 200;

export const health: Question = {
  id: 'health',
  question: 'Does /health tell the truth while the database is down?',
  async ask(interview) {
    const database = await interview.options.stoppableDatabase();
    if (typeof database === 'string') throw new NotApplicable(database);
    const { serviceUrl } = database;
    const other = new Interview({ ...interview.options, serviceUrl });
    try {
      await stopAndAsk(interview, other, database);
    } finally {
      await other.end();
      await database.close();
    }
  },
};

async function stopAndAsk(
  interview: Interview,
  other: Interview,
  database: StoppableDatabase,
): Promise<void> {
  const before = await other.call('GET', '/health');
  if (!isWell(before))
    throw new Unanswered(`/health was not ok before the database was stopped: ${before.sample.answer}`);
  await database.stop();
  const until = performance.now() + TRUTH_WITHIN_MS;
  let last = await other.call('GET', '/health', { remark: 'the database is down' });
  const work = await answerOrCause(other);
  // It serves lists without its database: then it may be well without it.
  if (work === undefined) throw new Unanswered('the service answers although its database was stopped');
  while (isWell(last) && performance.now() < until) {
    await pause(AGAIN_AFTER_MS);
    last = await other.call('GET', '/health', { remark: 'the database is down' });
  }
  if (isWell(last)) {
    const { request, answer } = last.sample;
    interview.note('health-hides-a-database-that-is-down', {
      request,
      answer: `${answer}, while GET /api/v1/meetings answered ${excerpt(work, 80)}`,
    });
  }
  await database.start();
}

/** What the service says when it needs its database; undefined for a success. */
async function answerOrCause(other: Interview): Promise<string | undefined> {
  try {
    const { isAccepted, sample } = await other.api('GET', '?limit=1', { token: other.newUser().token });
    return isAccepted ? undefined : sample.answer;
  } catch (error) {
    if (codeOfError(error) === undefined) throw error;
    return `nothing: ${causeOfError(error)}`;
  }
}

function isWell({ isAccepted, json }: Exchange): boolean {
  return isAccepted && (record(json)?.status ?? 'ok') === 'ok';
}
