import { counted } from '../../kernel/figures.ts';
import { verdictMarks } from '../wording.ts';
import { fitted } from './fitted.ts';

/** More names would hide the answer of the run. */
const MOST_NAMES = 3;

/** Why the exit code of a run is 1 although its phases may have passed: a project of the team failed. */
export function ownFailedLines(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : '';
  const text = `${counted(names.length, 'test')} of your own projects failed (${names.slice(0, MOST_NAMES).join(', ')}${more}), so the exit code is 1.`;
  return fitted(`${verdictMarks.failed} ${text}`, 3);
}
