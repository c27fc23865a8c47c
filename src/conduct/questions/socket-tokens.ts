import { socketSample } from '../message.ts';
import { NotApplicable, type Question, Unanswered } from '../question.ts';
import { faultyUsers, findingOf, saysOf } from '../tokens.ts';
import type { User } from '../users.ts';

/** For a service that lets a client in and sends it away at once. */
const SENT_AWAY_WITHIN_MS = 1000;

export const socketTokens: Question = {
  id: 'socket-tokens',
  question: 'Does the socket refuse a token that is not good?',
  async ask(interview) {
    if (!interview.contract.socket) throw new NotApplicable('the contract has no socket');
    const user = await interview.newUser();
    const shown = ({ identity }: User) => identity.socket;
    const faulty = await faultyUsers(interview, user, shown, 'to the socket');
    // Where a good token opens no socket, a refusal says nothing.
    await interview.connect(user);
    for (const one of faulty) {
      const met = await interview.meet(one.user);
      if (met.kind === 'no answer') throw new Unanswered(`the socket gave no answer: ${met.cause}`);
      if (met.kind === 'refused') continue;
      if (!(await met.socket.settles(SENT_AWAY_WITHIN_MS))) continue;
      const sent = { name: 'connect', values: [], remark: one.remark };
      interview.note(
        findingOf('socket', one),
        socketSample(sent, 'connected'),
        saysOf('The socket', one, user),
      );
    }
  },
};
