import { socketSample } from '../message.ts';
import { NotApplicable, Unanswered } from '../no-answer.ts';
import type { Question } from '../question.ts';
import { faultyUsers, noteFault } from '../tokens.ts';
import type { User } from '../users.ts';

/** A service may accept a client and disconnect it within this time. */
const DISCONNECTED_WITHIN_MS = 1000;

export const socketTokens: Question = {
  id: 'socket-tokens',
  question: 'Does the socket refuse a token that is not good?',
  facts: 'forged, unsigned, expired, missing, and each other fault that can be made',
  async ask(interview) {
    if (!interview.contract.socket) throw new NotApplicable('the contract has no socket');
    const user = await interview.users.open();
    const shown = ({ identity }: User) => identity.socket;
    const faulty = await faultyUsers(interview, user, shown, 'to the socket');
    // If a good token opens no socket, a refusal shows nothing.
    await interview.connect(user);
    for (const one of faulty) {
      const met = await interview.meet(one.user);
      if (met.kind === 'no answer') throw new Unanswered(`the socket gave no answer: ${met.cause}`);
      if (met.kind === 'refused' || !(await met.socket.settles(DISCONNECTED_WITHIN_MS))) continue;
      const sample = socketSample({ name: 'connect', values: [] }, 'connected', one.remark);
      noteFault(interview, 'socket', one, sample);
    }
  },
};
