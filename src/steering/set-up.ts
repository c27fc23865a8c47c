import { crowdPhaseOf, currentRun } from '../config/environment.ts';

/**
 * Playwright's global set-up for a capacity search and for a soak: the main process decides the next level or round
 * while the slices host their participants.
 * @returns the end of it, after the last test
 */
export default async function setUp(): Promise<(() => Promise<void>) | undefined> {
  const phase = crowdPhaseOf(currentRun() ?? { phases: [] });
  if (phase === 'capacity') return (await import('./capacity/conductor.ts')).start();
  if (phase === 'soak') return (await import('./soak/conductor.ts')).start();
  return undefined;
}
