import { assertNever } from '../../kernel/errors.ts';
import { type Question, Unanswered } from '../question.ts';

/** Load balancers and clients keep idle connections for a minute or so; a call over one that was closed fails. */
const SHORT_S = 15;

export const idleConnections: Question = {
  id: 'idle-connections',
  isWatched: true,
  question: 'Does the service keep idle connections?',
  async ask(interview) {
    const found = await interview.options.idleConnection();
    const request = `GET ${interview.contract.service.health}, then nothing`;
    switch (found.kind) {
      case 'announced':
        if (found.seconds < SHORT_S)
          interview.note(
            'idle-connections-close-early',
            { request, answer: `keep-alive: timeout=${found.seconds}` },
            `The service closes idle connections after ${found.seconds} s.`,
          );
        return;
      case 'closed':
        interview.note(
          'idle-connections-close-early',
          { request, answer: `the connection was closed after ${inSeconds(found.afterMs)} s` },
          `The service closes idle connections after ${inSeconds(found.afterMs)} s and does not announce it.`,
        );
        return;
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

/** Whole seconds where it is many: the timer of the service is what is meant, and the way to it is not. */
function inSeconds(ms: number): string {
  return (ms / 1000).toFixed(ms < 950 ? 1 : 0);
}
