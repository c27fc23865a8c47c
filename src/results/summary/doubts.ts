import { counted, number } from '../../kernel/figures.ts';
import type { CrowdFigures, Fraction } from '../../targets/crowd-figures.ts';
import type { CrowdFigure, Target } from '../../targets/target.ts';
import { failuresOf, failureTexts } from '../../timings/failure-causes.ts';
import type { Summary } from './schema.ts';

/** The findings that prevent "passed", also if all targets are met. */
export interface Doubts {
  /** The service gave wrong results. */
  readonly failed: readonly string[];
  /** The run did not test its own question. */
  readonly untested: readonly string[];
  /** The most frequent failure of a call: `24 × meeting.leave 500 "Deadlock found"`. */
  readonly cause?: string;
}

/** With a smaller part of the requested users, it is another test. */
const FEWEST_USERS = 0.9;

/** A run passes only for the parts that it tested: without sessions, users or room events it did not test them. */
export function doubtsAbout({
  sessions,
  events,
  figures,
  targets,
  operations,
}: Pick<Summary, 'sessions' | 'events' | 'operations'> & {
  readonly figures: CrowdFigures;
  readonly targets: readonly Target[];
}): Doubts {
  const isJudged = (figure: CrowdFigure) =>
    targets.some(({ statistic }) => statistic.kind === 'crowd' && statistic.figure === figure);
  const [failed, untested]: [string[], string[]] = [[], []];
  const { started, completed, cutShort } = sessions;
  const cause = mostFrequentFailure(operations);
  if (completed === 0)
    untested.push(
      [
        `no session completed: ${number(started)} started`,
        cutShort > 0 ? `, ${number(cutShort)} ${cutShort === 1 ? 'was' : 'were'} cut short` : '',
        cause === undefined ? '' : `; most frequent failure: ${cause}`,
      ].join(''),
    );
  const { judged, arrived, late, notJudged } = events;
  if (judged > 0 && arrived + late === 0) failed.push(`0 of ${counted(judged, 'room event')} arrived`);
  else if (judged === 0 && notJudged > 0)
    untested.push(
      `none of ${counted(notJudged, 'room event')} could be judged: ${whyNotJudged(figures['connections lost'])}`,
    );
  const wrong = figures['wrong answers'].part;
  if (wrong > 0 && !isJudged('wrong answers'))
    failed.push(`${counted(wrong, 'answer')} ${wrong === 1 ? 'was' : 'were'} about another meeting or user`);
  const { part, of, note } = figures['users reached'];
  if (part < FEWEST_USERS * of && !isJudged('users reached')) untested.push(note!);
  return { failed, untested, ...(cause === undefined ? {} : { cause }) };
}

/** A late or lost event does not fail a session. */
function mostFrequentFailure(operations: Summary['operations']): string | undefined {
  const calls = Object.entries(operations).filter(([, { kind }]) => kind === 'action');
  return failureTexts(failuresOf(Object.fromEntries(calls)), 1)[0];
}

/** If half of the connections are lost, longer sessions do not help. */
function whyNotJudged({ part, of }: Fraction): string {
  return part * 2 >= of && part > 0
    ? `${counted(part, 'connection')} ${part === 1 ? 'was' : 'were'} lost`
    : 'members left too soon after the calls. Use longer sessions (REQUESTS_PER_USER, THINK_TIME_MS)';
}
