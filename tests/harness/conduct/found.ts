import type { Answered } from '../../../src/conduct/answered.ts';

/** The names of the findings, by question, without the questions that found nothing. */
export function foundBy(answers: readonly Answered[]): Record<string, string[]> {
  return Object.fromEntries(
    answers.flatMap(({ id, findings }) =>
      findings.length > 0 ? [[id, findings.map(({ name }) => name).sort()]] : [],
    ),
  );
}

/** The state, the reason, and the names of the findings. */
export function said({ state, reason, findings }: Answered): (string | null)[] {
  return [state, reason, ...findings.map(({ name }) => name).sort()];
}
