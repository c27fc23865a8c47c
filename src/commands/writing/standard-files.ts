import { type Phase, standardSpecs } from '../examples/standard-specs.ts';
import type { NewFile } from './plan.ts';

/** Without these, a phase with its own folder would run only the files of the team. */
export function standardFiles(phase: Phase, testDir: string, ending: string): NewFile[] {
  return standardSpecs(phase).map(({ name, text }) => ({
    kind: 'new',
    path: `${testDir}/${phase}/${name}.spec${ending}`,
    text,
    about: `fullhouse's own ${phase === 'chaos' ? 'experiments' : 'load tests'}, one line each`,
  }));
}
