import type { Interview } from '../interview.ts';
import { NotApplicable, type Question } from '../question.ts';
import { type Reaction, rowsIn } from '../reaction.ts';
import type { User } from '../users.ts';

export const joiningTwice: Question = {
  id: 'joining-twice',
  question: 'Has a user who joins twice one row?',
  async ask(interview) {
    const { rosterSources, has } = interview.contract;
    if (rosterSources.length === 0 || has?.has('roster') === false)
      throw new NotApplicable('the service returns no roster');
    const host = await interview.newUser();
    const meetingId = await interview.openMeeting(host);
    const ways = [
      ['joined twice, one after the other', inTurn],
      ['joined three times at once', atOnce],
      ...(interview.can('meeting.reconnect')
        ? ([['joined and reconnected at once', withReconnect]] as const)
        : []),
    ] as const;
    for (const [remark, joins] of ways) {
      const guest = await interview.newUser();
      await joins(interview, meetingId, guest);
      const { rows, reaction } = await rowsOf(interview, { meetingId, host, guest });
      if (rows < 2) continue;
      const { request, answer } = reaction.sample;
      interview.note('user-has-several-rows', {
        request: `${request} (after a user ${remark})`,
        answer: `${rows} rows of ${guest.identity.userId}: ${answer}`,
      });
    }
  },
};

async function inTurn(interview: Interview, meetingId: string, guest: User): Promise<void> {
  await interview.joinSurely(meetingId, guest);
  await interview.join(meetingId, guest);
}

async function atOnce(interview: Interview, meetingId: string, guest: User): Promise<void> {
  if (interview.entry) await interview.socketOf(guest);
  await Promise.all([1, 2, 3].map(() => interview.join(meetingId, guest)));
}

async function withReconnect(interview: Interview, meetingId: string, guest: User): Promise<void> {
  await interview.joinSurely(meetingId, guest);
  const reconnect = interview.perform(guest, 'meeting.reconnect', { meetingId });
  await Promise.all([interview.join(meetingId, guest), reconnect]);
}

/** From the first answer that has the roster: one that does not name the host is no roster. */
async function rowsOf(
  interview: Interview,
  { meetingId, host, guest }: { meetingId: string; host: User; guest: User },
): Promise<{ rows: number; reaction: Reaction }> {
  for (const source of interview.contract.rosterSources) {
    const reaction = await interview.perform(host, source, { meetingId });
    const present = rowsIn(reaction) ?? [];
    if (!present.includes(host.identity.userId)) continue;
    return { rows: present.filter((userId) => userId === guest.identity.userId).length, reaction };
  }
  throw new NotApplicable('the service returns no roster');
}
