import type { Answered, Finding, State } from './answered.ts';
import { states } from './answered.ts';

const marks: Readonly<Record<State, string>> = {
  passed: '✅',
  failed: '❌',
  'not applicable': '–',
  inconclusive: '❔',
};

/** One finding: its name, its sentence, then each sample. */
export function findingLines({ name, severity, message, samples, more }: Finding): string[] {
  return [
    `${severity}: ${name}: ${message}`,
    ...samples.flatMap(({ request, answer }) => [`  ${request}`, `    → ${answer}`]),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

/** One answer with all its findings. */
export function answerLines({ question, state, reason, findings }: Answered): string[] {
  return [
    `${marks[state]} ${question} ${state}${reason === null ? '' : `: ${reason}`}`,
    ...findings.flatMap(findingLines).map((line) => `  ${line}`),
  ];
}

/** "12 passed, 1 failed, 2 not applicable": what did not happen is left out, but for what passed. */
export function countLine(answers: readonly Pick<Answered, 'state'>[]): string {
  const count = (state: State) => answers.filter((one) => one.state === state).length;
  return states
    .filter((state) => state === 'passed' || count(state) > 0)
    .map((state) => `${count(state)} ${state}`)
    .join(', ');
}

/** Conduct on the console: the counts, then each finding in one line, the defects first. */
export function conductBlock(answers: readonly Answered[]): string[] {
  const findings = countedByName(answers.flatMap((one) => one.findings));
  const line = ({ name, message, count }: Counted, mark: string) =>
    `  ${mark} ${name}: ${message}${timesText(count)}`;
  const defects = findings
    .filter(({ severity }) => severity === 'defect')
    .map((one) => line(one, marks.failed));
  const worthKnowing = findings
    .filter(({ severity }) => severity === 'worth knowing')
    .map((one) => line(one, 'worth knowing:'));
  const reasons = answers
    .filter(({ reason }) => reason !== null)
    .map(({ id, state, reason }) => `  ${marks[state]} ${id}: ${state}: ${reason}`);
  return [`Conduct: ${countLine(answers)}`, ...defects, ...worthKnowing, ...reasons];
}

type Counted = Pick<Finding, 'name' | 'severity' | 'message'> & { count: number };

/** Equal findings of several questions are one line. */
function countedByName(findings: readonly Finding[]): Counted[] {
  const byName = new Map<string, Counted>();
  for (const { name, severity, message, samples, more } of findings) {
    const counted = byName.get(name) ?? { name, severity, message, count: 0 };
    counted.count += samples.length + more;
    byName.set(name, counted);
  }
  return [...byName.values()];
}

function timesText(count: number): string {
  return count > 1 ? ` (${count} times)` : '';
}
