import { runAnswer } from '../../history/answer.ts';
import { reasonText } from '../../history/reason.ts';
import { counted } from '../../kernel/figures.ts';
import type { AnsweredPhase } from '../answers.ts';
import { verdictMarks } from '../wording.ts';
import { fitted } from './fitted.ts';

/** The page and `summary.json` have all reasons. */
const MOST_REASONS = 10;
const INDENT = '   ';

/**
 * The last lines of a run: the answer in one sentence, then the reasons with their values. `notComplete`: why the exit
 * code of the run is 1 although its phases may have passed.
 */
export function verdictBlock(
  answers: readonly AnsweredPhase[],
  { notComplete }: { readonly notComplete?: string | undefined } = {},
): string[] {
  const answer = runAnswer(answers);
  if (answer === undefined) return [];
  const { verdict, sentence } = answer;
  if (verdict === 'passed' && notComplete !== undefined)
    return [
      ...fitted(`${verdictMarks.failed} NOT COMPLETE: ${notComplete}`, INDENT.length),
      ...fitted(`${INDENT}Every target was met, and the figures above are complete.`),
    ];
  const reasons = answers.flatMap((phase) =>
    phase.reasons.map((reason) => `${prefixOf(phase, answers)}${reasonText(reason)}`),
  );
  const shown = isSaid(reasons, sentence) ? [] : reasons.slice(0, MOST_REASONS);
  const left = reasons.length - shown.length;
  return [
    ...fitted(`${verdictMarks[verdict]} ${sentence}`, INDENT.length),
    ...shown.flatMap((reason) => fitted(`${INDENT}- ${reason}`)),
    ...(shown.length > 0 && left > 0 ? [`${INDENT}and ${counted(left, 'more reason')} in the report`] : []),
  ];
}

/** The only reason may be the sentence itself. */
function isSaid(reasons: readonly string[], sentence: string): boolean {
  return reasons.length === 1 && sentence.includes(reasons[0]!.replace(/\.$/, ''));
}

function prefixOf({ kind, name }: AnsweredPhase, answers: readonly AnsweredPhase[]): string {
  if (answers.length === 1) return '';
  const isOnly = answers.filter((one) => one.kind === kind).length === 1;
  return isOnly ? `${kind}: ` : `${kind} ${name}: `;
}
