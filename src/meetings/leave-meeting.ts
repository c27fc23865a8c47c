import type { RequestContext } from '../request-context/request-context.ts';
import { httpOperations } from './operations.ts';

/** Leaves on the way out, unmeasured: a user who is not in the meeting is refused, which changes nothing. Never rejects. */
export async function leaveMeeting(context: Pick<RequestContext, 'post'>, meetingId: string): Promise<void> {
  await context.post(httpOperations['meeting.leave'].address(meetingId), { data: {} }).catch(() => undefined);
}
