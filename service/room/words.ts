import type { Refusal } from './api.ts';

const SENTENCES: Record<string, string> = {
  MEETING_FULL: 'This meeting is full. Try again when somebody has left.',
  MEETING_LOCKED: 'This meeting is locked. Ask a host to unlock it.',
  MEETING_ENDED: 'This meeting has ended.',
  MEETING_NOT_FOUND: 'There is no such meeting. Check the link.',
  NOT_PARTICIPANT: 'You are not in this meeting any more.',
  AUTHENTICATION_REQUIRED: 'The service wants a token. Sign in with one.',
  AUTHENTICATION_FAILED:
    'The service refuses this token: it has expired, or it is not one of this service’s.',
  INVALID_TOKEN: 'The service refuses this token: it names no user.',
  VALIDATION_ERROR: 'The service does not accept this.',
  DATABASE_UNAVAILABLE: 'The service cannot reach its database at the moment. Try again soon.',
  TOO_MANY_MESSAGES: 'You sent too many messages. Wait a moment, then try again.',
  LEFT_UNHEARD:
    'You have left, but the service could not be told. The others see you until it notices that you are gone.',
  NETWORK: 'The service cannot be reached. Check your connection.',
  TIMEOUT: 'The service did not answer in time. Try again.',
};

/** What a refusal means for the person in front of the page. */
export function inWords({ code, retryAfterS }: Refusal): string {
  if (code === 'RATE_LIMITED') return `That was too often. Try again in ${duration(retryAfterS ?? 60)}.`;
  return SENTENCES[code] ?? 'Something went wrong on the side of the service. Try again.';
}

/** Whether only another token helps. */
export function isAboutToken({ code }: Refusal): boolean {
  return code === 'AUTHENTICATION_REQUIRED' || code === 'AUTHENTICATION_FAILED' || code === 'INVALID_TOKEN';
}

/** Whether the same call may succeed a little later. */
export function isPassing({ code }: Refusal): boolean {
  return !(code in SENTENCES) || ['DATABASE_UNAVAILABLE', 'NETWORK', 'TIMEOUT'].includes(code);
}

/** "45 seconds", "3 minutes". */
function duration(seconds: number): string {
  return seconds < 100 ? counted(Math.ceil(seconds), 'second') : counted(Math.ceil(seconds / 60), 'minute');
}

/** "1 person", "2 people". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
