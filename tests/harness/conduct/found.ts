import type { Answered } from '../../../src/conduct/answered.ts';

/** The names of what was found, by question; questions without a finding are left out. */
export function foundBy(answers: readonly Answered[]): Record<string, string[]> {
  return Object.fromEntries(
    answers.flatMap(({ id, findings }) =>
      findings.length > 0 ? [[id, findings.map(({ name }) => name).sort()]] : [],
    ),
  );
}

/** The state, the reason, and the names of what was found. */
export function said({ state, reason, findings }: Answered): (string | null)[] {
  return [state, reason, ...findings.map(({ name }) => name).sort()];
}
