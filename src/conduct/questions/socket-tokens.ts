import { socketSample } from '../conduct-socket.ts';
import { type Question, Unanswered } from '../question.ts';
import { faultInWords, faultyToken, tokenFaults } from '../tokens.ts';

/** For a service that lets a client in and sends it away at once. */
const SENT_AWAY_WITHIN_MS = 1000;

export const socketTokens: Question = {
  id: 'socket-tokens',
  question: 'Does the socket refuse a token that is not good?',
  async ask(interview) {
    const user = interview.newUser();
    // Where a good token opens no socket, a refusal says nothing.
    await interview.connect(user);
    for (const fault of tokenFaults) {
      const met = await interview.meet(faultyToken(fault, user.userId, interview.options.jwtSecret));
      if (met.kind === 'no answer') throw new Unanswered(`the socket gave no answer: ${met.cause}`);
      if (met.kind === 'refused') continue;
      await met.socket.isAnswering(SENT_AWAY_WITHIN_MS);
      if (!met.socket.isConnected) continue;
      const sent = { name: 'connect', values: [], remark: faultInWords[fault] };
      interview.note(`socket-accepts-${fault}-token`, socketSample(sent, 'connected'));
    }
  },
};
