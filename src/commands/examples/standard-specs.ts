import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../kernel/folders.ts';

/** The phases of a run whose tests a project may have itself. */
export type Phase = 'load' | 'chaos';

interface StandardSpec {
  /** `packet-loss` */
  readonly name: string;
  /** The text of a file that runs it. */
  readonly text: string;
}

/** fullhouse's own tests of a phase. A project whose own folder of the phase should run them has a line for each. */
export function standardSpecs(phase: Phase): StandardSpec[] {
  return readdirSync(join(packageFolder, 'tests', phase))
    .flatMap((file) => /^(.+)\.spec\.(?:ts|js)$/.exec(file)?.[1] ?? [])
    .sort()
    .map((name) => ({ name, text: `import 'fullhouse/tests/${phase}/${name}.spec';\n` }));
}
