import type { Meeting, Participant } from '../meetings/schemas.ts';
import type { Answer, Api, Refusal } from './api.ts';
import { MOST_ATTEMPTS, pauseMs } from './backoff.ts';
import type { Connection } from './connection.ts';
import { isPassing } from './words.ts';

export type State = { meeting: Meeting; participants: Participant[] };

/**
 * Enters the room and then fetches the whole state of the meeting, so that no change is missed. Repeats failed attempts
 * with the contract's backoff while the connection is open.
 * @returns undefined if the connection ended; the next connection then catches up
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
    // After a long absence, the user has lost the seat and joins again.
    if (isReturn && answer.refusal.code === 'NOT_PARTICIPANT') {
      const { refusal } = await api.join(meetingId);
      if (signal.aborted) return undefined;
      if (refusal && !mayPass(refusal)) return { refusal };
    } else if (!(await pause(pauseMs(attempt, answer.refusal.retryAfterS), signal))) return undefined;
  }
}

async function once({ api, connection, meetingId, isReturn, signal }: Parameters<typeof catchUp>[0]) {
  const code = await connection.enter(meetingId);
  // The service would refuse a user who has left.
  if (code || signal.aborted) return { refusal: { code: code ?? 'NETWORK' } };
  const answer = isReturn ? await api.reconnect(meetingId) : undefined;
  if (answer?.refusal?.code !== 'RATE_LIMITED' && answer) return answer;
  // This call returns the same state and has a separate rate limit.
  return withoutRoster(await api.meeting(meetingId));
}

/** Splits a meeting with its roster into the form of a reconnect. */
export function withoutRoster({ data, refusal }: Awaited<ReturnType<Api['meeting']>>): Answer<State> {
  if (refusal) return { refusal };
  const { participants, ...meeting } = data;
  return { data: { meeting, participants } };
}

function mayPass(refusal: Refusal): boolean {
  return isPassing(refusal) || refusal.code === 'NOT_PARTICIPANT' || refusal.code === 'RATE_LIMITED';
}

/** @returns false if the signal aborted first */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}
