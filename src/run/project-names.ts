/** The project of the verdicts of a phase with a crowd: `load verdict`. */
export function verdictOf(phase: string): string {
  return `${phase} verdict`;
}

/** The project of the verdicts of load tests. */
export const VERDICT = verdictOf('load');

/** The projects of the short tests that a run of several phases starts with. */
export const readyNames: readonly string[] = ['settings', 'contract', 'service', 'offers', 'machine'];
