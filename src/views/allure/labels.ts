import type { Label, Parameter } from 'allure-js-commons';

/** The subject of the tests and the severity of a failure, by Playwright project. */
const phases: Readonly<Record<string, { suite: string; feature: string; severity: string }>> = {
  load: { suite: 'load', feature: 'Carries the crowd', severity: 'critical' },
  'load verdict': { suite: 'load', feature: 'Carries the crowd', severity: 'critical' },
  capacity: { suite: 'capacity', feature: 'Has enough capacity', severity: 'critical' },
  'capacity verdict': { suite: 'capacity', feature: 'Has enough capacity', severity: 'critical' },
  soak: { suite: 'soak', feature: 'Stays stable', severity: 'critical' },
  'soak verdict': { suite: 'soak', feature: 'Stays stable', severity: 'critical' },
  conduct: { suite: 'conduct', feature: 'Behaves well', severity: 'critical' },
  chaos: { suite: 'chaos', feature: 'Survives faults', severity: 'critical' },
  bench: { suite: 'bench', feature: 'Answers quickly', severity: 'normal' },
  service: { suite: 'ready', feature: 'Can be tested', severity: 'minor' },
  tokens: { suite: 'ready', feature: 'Can be tested', severity: 'minor' },
  machine: { suite: 'ready', feature: 'Can be tested', severity: 'minor' },
};

/** The label with the purpose of a result. Results with one of these purposes have a line in the quality gate. */
export const purposes = { label: 'purpose', loadTest: 'load test', target: 'target' } as const;

/** The label with the value of a target, as the quality gate shows it: `p95 < 500 ms: 5.91 ms`. */
export const valueLabel = 'value';

export interface Placed {
  readonly project: string;
  /** The file, or the crowd. */
  readonly suite: string;
  /** The question that a spec asks. */
  readonly story: string;
}

/** The labels by which Allure groups a result and weighs it. */
export function labelsOf({ project, suite, story }: Placed): Label[] {
  const phase = phases[project] ?? { suite: project, feature: project, severity: 'normal' };
  return Object.entries({
    epic: 'Meetings service',
    feature: phase.feature,
    story,
    severity: phase.severity,
    parentSuite: phase.suite,
    suite,
    subSuite: story,
  }).map(([name, value]) => ({ name, value }));
}

/** Facts of a run that are parameters of a result. Other values start another history, except for another seed. */
const facts = ['users', 'duration', 'profile', 'iterations', 'concurrency', 'seed'];

/** Picks the facts of a run among named values. */
export function parametersOf(named: readonly (readonly [name: string, value: string])[]): Parameter[] {
  return named
    .filter(([name]) => facts.includes(name))
    .map(([name, value]) => ({ name, value, ...(name === 'seed' ? { excluded: true } : {}) }));
}
