import type { Answered, State } from '../../conduct/answered.ts';
import { newRecord, type Phase } from '../../history/new-record.ts';
import type { Reason } from '../../history/reason.ts';
import type { HistoryRecord } from '../../history/record.ts';

/** The record of the questions of one run. A question that is not applicable is not a check. */
export function recordOfConduct(
  answers: readonly Answered[],
  of: Pick<Phase, 'facts' | 'parts'>,
): HistoryRecord {
  const starts = answers.map(({ startedAt }) => Date.parse(startedAt));
  return {
    ...newRecord({ kind: 'conduct', name: 'questions', at: new Date(Math.min(...starts)), ...of }),
    verdict: verdictOver(answers.map(({ state }) => state)),
    reasons: answers.flatMap(reasonsOf),
    checks: answers.flatMap((answered) => {
      const { id, question, state } = answered;
      if (state === 'not applicable') return [];
      return [{ scope: id, check: question, verdict: state, message: messageOf(answered) }];
    }),
  };
}

/** A failure decides, then an inconclusive answer; questions that are not applicable decide nothing. */
export function verdictOver(states: readonly State[]): 'passed' | 'failed' | 'inconclusive' {
  if (states.includes('failed')) return 'failed';
  return states.includes('inconclusive') || !states.includes('passed') ? 'inconclusive' : 'passed';
}

function reasonsOf(answered: Answered): Reason[] {
  const { id, question, state } = answered;
  if (state !== 'failed' && state !== 'inconclusive') return [];
  const kind = state === 'failed' ? 'check failed' : 'check inconclusive';
  return [{ kind, scope: id, subject: question, message: messageOf(answered) }];
}

/** The names of the defects, or why there is no answer. */
function messageOf({ findings, state, reason }: Answered): string {
  const defects = findings.filter(({ severity }) => severity === 'defect').map(({ name }) => name);
  if (defects.length > 0) return defects.join(', ');
  return reason ?? state;
}
