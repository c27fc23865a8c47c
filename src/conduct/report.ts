import { type Answered, type Finding, type Severity, type State, states } from './answered.ts';

const marks: Readonly<Record<State, string>> = {
  passed: '✅',
  failed: '❌',
  'not applicable': '–',
  inconclusive: '❔',
};

/** A finding: its name and sentence, then each sample. */
export function findingLines({ name, severity, message, samples, more }: Finding): string[] {
  return [
    `${severity}: ${name}: ${message}`,
    ...samples.flatMap(({ request, answer }) => [`  ${request}`, `    → ${answer}`]),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

/** An answer with all its findings. */
export function answerLines({ question, state, reason, findings }: Answered): string[] {
  return [
    `${marks[state]} ${question} ${state}${reason === null ? '' : `: ${reason}`}`,
    ...findings.flatMap(findingLines).map((line) => `  ${line}`),
  ];
}

/** Such as "12 passed, 1 failed, 2 not applicable". Omits counts of 0, except that of passed questions. */
export function countLine(answers: readonly Pick<Answered, 'state'>[]): string {
  const count = (state: State) => answers.filter((one) => one.state === state).length;
  return states
    .filter((state) => state === 'passed' || count(state) > 0)
    .map((state) => `${count(state)} ${state}`)
    .join(', ');
}

/** The console output: the counts, then each finding in one line, with defects first. */
export function conductBlock(answers: readonly Answered[]): string[] {
  const findings = countedByName(answers.flatMap((one) => one.findings));
  const linesOf = (severity: Severity, mark: string) =>
    findings
      .filter((one) => one.severity === severity)
      .map(({ name, message, count }) => {
        const times = count > 1 ? ` (${count} times)` : '';
        return `  ${mark} ${name}: ${message}${times}`;
      });
  const reasons = answers
    .filter(({ reason }) => reason !== null)
    .map(({ id, state, reason }) => `  ${marks[state]} ${id}: ${state}: ${reason}`);
  return [
    `Conduct: ${countLine(answers)}`,
    ...linesOf('defect', marks.failed),
    ...linesOf('worth knowing', 'worth knowing:'),
    ...reasons,
  ];
}

type Counted = Pick<Finding, 'name' | 'severity' | 'message'> & { count: number };

/** Merges equal findings of several questions. */
function countedByName(findings: readonly Finding[]): Counted[] {
  const byName = new Map<string, Counted>();
  for (const { name, severity, message, samples, more } of findings) {
    const counted = byName.get(name) ?? { name, severity, message, count: 0 };
    counted.count += samples.length + more;
    byName.set(name, counted);
  }
  return [...byName.values()];
}
