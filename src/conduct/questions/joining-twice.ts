import type { Interview } from '../interview.ts';
import { NotApplicable } from '../no-answer.ts';
import type { Question } from '../question.ts';
import { type Reaction, rowsIn } from '../reaction.ts';
import type { User } from '../users.ts';

export const joiningTwice: Question = {
  id: 'joining-twice',
  question: 'Has a user who joins twice one row?',
  facts: 'in turn, at once, and beside a reconnect',
  async ask(interview) {
    const { rosterSources, has } = interview.contract;
    if (rosterSources.length === 0 || has?.has('roster') === false)
      throw new NotApplicable('the service returns no roster');
    const host = await interview.users.open();
    const meetingId = await interview.openMeeting(host);
    for (const [remark, joinRepeatedly] of Object.entries(ways)) {
      if (joinRepeatedly === withReconnect && !interview.can('meeting.reconnect')) continue;
      const guest = await interview.users.open();
      await joinRepeatedly(interview, meetingId, guest);
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

type JoinRepeatedly = (interview: Interview, meetingId: string, guest: User) => Promise<unknown>;

const inTurn: JoinRepeatedly = async (interview, meetingId, guest) => {
  await interview.joinSurely(meetingId, guest);
  await interview.join(meetingId, guest);
};

const atOnce: JoinRepeatedly = async (interview, meetingId, guest) => {
  if (interview.entry) await interview.socketOf(guest);
  await Promise.all([1, 2, 3].map(() => interview.join(meetingId, guest)));
};

const withReconnect: JoinRepeatedly = async (interview, meetingId, guest) => {
  await interview.joinSurely(meetingId, guest);
  const reconnect = interview.perform(guest, 'meeting.reconnect', { meetingId });
  await Promise.all([interview.join(meetingId, guest), reconnect]);
};

const ways = {
  'joined twice, one after the other': inTurn,
  'joined three times at once': atOnce,
  'joined and reconnected at once': withReconnect,
};

/** Counts rows in the first answer with a roster. A roster must contain the host. */
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
