import type { Refusal } from './api.ts';

const SENTENCES: Record<string, string> = {
  MEETING_FULL: 'This meeting is full. Try again when another user has left.',
  MEETING_LOCKED: 'This meeting is locked. Ask a host to unlock it.',
  MEETING_ENDED: 'This meeting has ended.',
  MEETING_NOT_FOUND: 'There is no such meeting. Check the link.',
  NOT_PARTICIPANT: 'You are not in this meeting any more.',
  AUTHENTICATION_REQUIRED: 'The service needs a token. Sign in with one.',
  AUTHENTICATION_FAILED: 'The service refuses this token: it has expired, or another service issued it.',
  INVALID_TOKEN: 'The service refuses this token: it names no user.',
  LINK_EXPIRED:
    'This sign-in link does not work any more. Start the service again with `npx fullhouse service` for new links.',
  VALIDATION_ERROR: 'The service does not accept this.',
  DATABASE_UNAVAILABLE: 'The service cannot reach its database at the moment. Try again soon.',
  TOO_MANY_MESSAGES: 'You sent too many messages. Wait a moment, then try again.',
  LEFT_UNHEARD:
    'You have left, but the service did not get the message. The others see you until it removes you.',
  NETWORK: 'The service cannot be reached. Check your connection.',
  TIMEOUT: 'The service did not answer in time. Try again.',
};

/** The message of a refusal for the user. */
export function inWords({ code, retryAfterS }: Refusal): string {
  if (code === 'RATE_LIMITED') return `Too many attempts. Try again in ${duration(retryAfterS ?? 60)}.`;
  return SENTENCES[code] ?? 'Something went wrong on the side of the service. Try again.';
}

/** Whether the user needs another token. */
export function isAboutToken({ code }: Refusal): boolean {
  return code === 'AUTHENTICATION_REQUIRED' || code === 'AUTHENTICATION_FAILED' || code === 'INVALID_TOKEN';
}

/** Whether a later retry may succeed. */
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
