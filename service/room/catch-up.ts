import type { Meeting, Participant } from '../meetings/schemas.ts';
import type { Answer, Api, Refusal } from './api.ts';
import { MOST_ATTEMPTS, pauseMs } from './backoff.ts';
import type { Connection } from './connection.ts';
import { isPassing } from './words.ts';

export type State = { meeting: Meeting; participants: Participant[] };

/**
 * Enters the room and fetches the whole state of the meeting, so that nothing is missed between the two. Tries again,
 * at the contract's pace, for as long as the connection stands that it was asked for.
 * @returns undefined when that connection is gone; the next one catches up in its turn.
 */
export async function catchUp(options: {
  api: Api;
  connection: Connection;
  meetingId: string;
  /** Whether this tab was in the room before. */
  isReturn: boolean;
  signal: AbortSignal;
}): Promise<Answer<State> | undefined> {
  const { api, meetingId, isReturn, signal } = options;
  for (let attempt = 1; ; attempt++) {
    const answer = await once(options);
    if (signal.aborted) return undefined;
    if (answer.data || !mayPass(answer.refusal) || attempt === MOST_ATTEMPTS) return answer;
    // A user who was away for too long has lost the seat, and takes another one.
    if (isReturn && answer.refusal.code === 'NOT_PARTICIPANT') {
      const { refusal } = await api.join(meetingId);
      if (signal.aborted) return undefined;
      if (refusal && !mayPass(refusal)) return { refusal };
    } else if (!(await pause(pauseMs(attempt, answer.refusal.retryAfterS), signal))) return undefined;
  }
}

async function once({ api, connection, meetingId, isReturn, signal }: Parameters<typeof catchUp>[0]) {
  const code = await connection.enter(meetingId);
  // A user who left meanwhile would only be refused.
  if (code || signal.aborted) return { refusal: { code: code ?? 'NETWORK' } };
  const answer = isReturn ? await api.reconnect(meetingId) : undefined;
  if (answer?.refusal?.code !== 'RATE_LIMITED' && answer) return answer;
  // The same state from a call that has an allowance of its own.
  return withoutRoster(await api.meeting(meetingId));
}

/** A meeting with its roster as the two that they are after a reconnect. */
export function withoutRoster({ data, refusal }: Awaited<ReturnType<Api['meeting']>>): Answer<State> {
  if (refusal) return { refusal };
  const { participants, ...meeting } = data;
  return { data: { meeting, participants } };
}

function mayPass(refusal: Refusal): boolean {
  return isPassing(refusal) || refusal.code === 'NOT_PARTICIPANT' || refusal.code === 'RATE_LIMITED';
}

/** @returns false when the signal came first. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}
