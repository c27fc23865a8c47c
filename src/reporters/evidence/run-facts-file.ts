import type { RunFacts } from '../../history/run-facts.ts';
import { writeRunFile } from '../../run/run-folder.ts';

/** In the folder of a run; a run without a crowd has its facts nowhere else. */
export const FACTS_FILE = 'run.json';

/** Every test that leaves evidence writes the same facts. */
export function keepFacts(facts: RunFacts): Promise<string> {
  return writeRunFile(facts.runId, FACTS_FILE, `${JSON.stringify(facts, null, 2)}\n`);
}
