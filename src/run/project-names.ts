/** The project of the verdicts of load tests. */
export const VERDICT = 'load verdict';

/** The projects of the short tests that a run of several phases starts with. */
export const readyNames: readonly string[] = ['settings', 'contract', 'service', 'offers', 'machine'];
