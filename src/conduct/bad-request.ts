import type { HttpOperation } from '../meetings/contract/operation.ts';
import { causeOfError, codeOfError } from '../request-context/failure.ts';
import type { Call } from './calls.ts';
import type { FindingName } from './catalogue.ts';
import { Exchange, excerpt } from './exchange.ts';
import type { Interview } from './interview.ts';
import { Unanswered } from './question.ts';
import { isDatabaseText, isStack } from './raw-text.ts';
import { meetingIn } from './reaction.ts';
import type { User } from './users.ts';

/** Text that a page would run, if an answer showed it as HTML. */
export const HTML = '<script>conduct()</script>';

/** One request that a good service refuses with a 4xx and a code. */
export interface BadRequest extends Call {
  readonly operation: HttpOperation;
  readonly user: User;
  /** In the place of that of the contract. */
  readonly path?: string;
  /** The finding for a 5xx. */
  readonly broken: FindingName;
  /** The finding for a success; undefined where accepting it is fine, too. */
  readonly accepted?: FindingName | undefined;
}

/**
 * Sends the requests, one after the other, and notes what is wrong with each answer. Afterwards the service must be
 * alive. @throws {Unanswered} once it is not
 */
export async function sendBadRequests(
  interview: Interview,
  requests: readonly BadRequest[],
): Promise<Exchange[]> {
  // One that was gone before is not gone because of them.
  if (!(await interview.isAlive())) throw new Unanswered('the service does not answer');
  const answers: Exchange[] = [];
  for (const request of requests) {
    const exchange = await sent(interview, request);
    if (!exchange) continue;
    judge(interview, request, exchange);
    answers.push(exchange);
  }
  if (!(await interview.isAlive())) {
    const last = answers.at(-1);
    if (last) interview.note('bad-input-crashes-the-service', last.sample);
    throw new Unanswered('the service is gone after bad input');
  }
  return answers;
}

/** Undefined where no answer came and the service lives on. */
async function sent(interview: Interview, request: BadRequest): Promise<Exchange | undefined> {
  const { operation, user } = request;
  const { method } = operation;
  const path = request.path ?? operation.address(interview.valuesFor(user, operation, request));
  try {
    return await interview.call(method, path, request);
  } catch (error) {
    if (codeOfError(error) === undefined) throw error;
    const exchange = new Exchange(
      {
        method,
        path: excerpt(path, 80),
        body: request.raw ?? JSON.stringify(request.body),
        remark: request.remark,
      },
      { status: 0, headers: {}, text: causeOfError(error) },
    );
    const { request: asked } = exchange.sample;
    const sample = { request: asked, answer: `no answer: ${causeOfError(error)}` };
    if (await interview.isAlive()) {
      interview.note('bad-input-without-answer', sample);
      return undefined;
    }
    interview.note('bad-input-crashes-the-service', sample);
    throw new Unanswered('the service is gone after bad input');
  }
}

function judge(interview: Interview, request: BadRequest, exchange: Exchange): void {
  const { status, isAccepted, isRefused, text, sample } = exchange;
  if (isAccepted) {
    tidy(interview, request, exchange);
    if (request.accepted) interview.note(request.accepted, sample);
    return;
  }
  if (status >= 500) interview.note(request.broken, sample);
  if (isDatabaseText(text)) interview.note('raw-database-text', sample);
  if (isStack(text)) interview.note('stack-in-answer', sample);
  if (isHtml(exchange) && text.includes(HTML)) interview.note('html-echoed', sample);
  else if (isRefused && exchange.code === undefined) interview.note('refusal-without-code', sample);
}

/** What was accepted although it should not have been is there now. */
function tidy(interview: Interview, { user, operation, meetingId }: BadRequest, exchange: Exchange): void {
  const id = meetingIn(exchange) ?? (operation.name.startsWith('meeting.join') ? meetingId : undefined);
  if (id !== undefined && operation.method !== 'GET') interview.willLeave(id, user);
}

function isHtml({ headers }: Exchange): boolean {
  return /\bhtml\b/i.test(headers['content-type'] ?? '');
}
