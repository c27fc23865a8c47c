import type { HttpOperation } from '../meetings/contract/operation.ts';
import { causeOfError, codeOfError } from '../request-context/failure.ts';
import type { Call } from './calls.ts';
import type { FindingName } from './catalogue.ts';
import { type Exchange, excerpt, hasCode, sampleOf } from './exchange.ts';
import type { Interview } from './interview.ts';
import { Unanswered } from './no-answer.ts';
import { noteRawText } from './raw-text.ts';
import { meetingIn } from './reaction.ts';
import type { User } from './users.ts';

/** A text that a browser would run if an answer showed it as HTML. */
export const HTML = '<script>conduct()</script>';

/** A request that a good service refuses with a 4xx and a code. */
export interface BadRequest extends Call {
  readonly operation: HttpOperation;
  readonly user: User;
  /** The path, instead of that of the contract. */
  readonly path?: string;
  /** The finding for a 5xx. */
  readonly broken: FindingName;
  /** The finding for a success; undefined if a service may accept the request. */
  readonly accepted?: FindingName | undefined;
}

/**
 * Sends the requests one after another, and notes the findings about each answer. @throws {Unanswered} if the service
 * is not alive before or after the requests
 */
export async function sendBadRequests(
  interview: Interview,
  requests: readonly BadRequest[],
): Promise<Exchange[]> {
  // Bad input cannot be the cause if the service was not alive before.
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

/** Undefined if the service sent no answer and is still alive. */
async function sent(interview: Interview, request: BadRequest): Promise<Exchange | undefined> {
  const { operation, user, raw, body, remark } = request;
  const path = request.path ?? operation.address(interview.valuesFor(user, operation, request));
  try {
    return await interview.calls.send(operation.method, path, request);
  } catch (error) {
    if (codeOfError(error) === undefined) throw error;
    const shown = [`${operation.method} ${excerpt(path, 80)}`, raw ?? JSON.stringify(body)];
    const sample = sampleOf(shown, remark, `no answer: ${causeOfError(error)}`);
    const isAlive = await interview.isAlive();
    interview.note(isAlive ? 'bad-input-without-answer' : 'bad-input-crashes-the-service', sample);
    if (!isAlive) throw new Unanswered('the service is gone after bad input');
    return undefined;
  }
}

function judge(interview: Interview, request: BadRequest, exchange: Exchange): void {
  const { status, isAccepted, isRefused, text, sample, headers } = exchange;
  if (isAccepted) {
    leaveLater(interview, request, exchange);
    if (request.accepted) interview.note(request.accepted, sample);
    return;
  }
  if (status >= 500) interview.note(request.broken, sample);
  noteRawText(interview, text, sample);
  const isHtml = /\bhtml\b/i.test(headers['content-type'] ?? '');
  if (isHtml && text.includes(HTML)) interview.note('html-echoed', sample);
  else if (isRefused && !hasCode(exchange.content)) interview.note('refusal-without-code', sample);
}

/** Leaves a meeting at the end if the bad request created or joined it. */
function leaveLater(
  interview: Interview,
  { user, operation, meetingId }: BadRequest,
  exchange: Exchange,
): void {
  const id = meetingIn(exchange) ?? (operation.name.startsWith('meeting.join') ? meetingId : undefined);
  if (id !== undefined && operation.method !== 'GET') interview.willLeave(id, user);
}
