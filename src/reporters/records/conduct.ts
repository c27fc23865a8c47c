import type { Answered } from '../../conduct/answered.ts';
import { newRecord, type Phase } from '../../history/new-record.ts';
import type { HistoryRecord } from '../../history/record.ts';

/** What is remembered of the questions of one run. A question that is not applicable says nothing of the service. */
export function recordOfConduct(
  answers: readonly Answered[],
  of: Pick<Phase, 'facts' | 'parts'>,
): HistoryRecord {
  const starts = answers.map(({ startedAt }) => Date.parse(startedAt));
  const states = answers.map(({ state }) => state);
  return {
    ...newRecord({ kind: 'conduct', name: 'questions', at: new Date(Math.min(...starts)), ...of }),
    verdict: states.includes('failed')
      ? 'failed'
      : states.includes('inconclusive') || !states.includes('passed')
        ? 'inconclusive'
        : 'passed',
    reasons: answers
      .filter(({ state }) => state === 'failed' || state === 'inconclusive')
      .map((answered) => `${answered.id}: ${saidOf(answered)}`),
    checks: answers.flatMap((answered) => {
      const { id, question, state } = answered;
      if (state === 'not applicable') return [];
      const verdict = state === 'inconclusive' ? 'unknown' : state;
      return [{ of: id, check: question, verdict, says: saidOf(answered) }];
    }),
  };
}

/** The names of the defects, or why there is no answer. */
function saidOf({ findings, state, reason }: Answered): string {
  const defects = findings.filter(({ severity }) => severity === 'defect').map(({ name }) => name);
  if (defects.length > 0) return defects.join(', ');
  return reason ?? state;
}
