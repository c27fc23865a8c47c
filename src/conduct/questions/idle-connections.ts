import { assertNever } from '../../kernel/errors.ts';
import { Unanswered } from '../no-answer.ts';
import type { Question } from '../question.ts';

/** Load balancers and clients keep idle connections for about a minute. A call over a closed connection fails. */
const SHORT_S = 15;

export const idleConnections: Question = {
  id: 'idle-connections',
  isWatched: true,
  question: 'Does the service keep idle connections?',
  facts: 'a connection is left idle after one answer',
  async ask(interview) {
    const found = await interview.options.idleConnection();
    const request = `GET ${interview.contract.service.health}, then nothing`;
    const noteEarly = (answer: string, message: string) =>
      interview.note('idle-connections-close-early', { request, answer }, message);
    switch (found.kind) {
      case 'announced': {
        const { seconds } = found;
        const message = `The service closes idle connections after ${seconds} s.`;
        if (seconds < SHORT_S) noteEarly(`keep-alive: timeout=${seconds}`, message);
        return;
      }
      case 'closed': {
        // Long times are rounded to seconds, which removes the network time from the timer of the service.
        const after = `after ${(found.afterMs / 1000).toFixed(found.afterMs < 950 ? 1 : 0)} s`;
        const message = `The service closes idle connections ${after} and does not announce it.`;
        noteEarly(`the connection was closed ${after}`, message);
        return;
      }
      case 'not kept':
        interview.note('connections-not-kept', { request, answer: found.header });
        return;
      case 'open':
        return;
      case 'no answer':
        throw new Unanswered(`the service did not answer: ${found.cause}`);
      default:
        assertNever(found);
    }
  },
};
