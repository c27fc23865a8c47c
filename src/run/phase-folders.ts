import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Phase, phaseNames } from '../config/environment.ts';
import { packageFolder, projectFolder } from '../kernel/folders.ts';

/** The folder of each phase's specs. */
export type PhaseFolders = Readonly<Record<Phase['name'], string>>;

/** What specs and verdicts end with. */
const ENDINGS = '{ts,mts,cts,js,mjs,cjs}';
export const SPECS = `*.spec.${ENDINGS}`;
export const VERDICTS = `*.verdict.${ENDINGS}`;

/** Whether a file is a spec or a verdict: `packet-loss.spec.ts`. */
export function isSpecOrVerdict(name: string): boolean {
  return /\.(spec|verdict)\.[cm]?[jt]s$/.test(name);
}

/** Whether a file is a spec: a phase has no verdict without one. */
export function isSpec(name: string): boolean {
  return /\.spec\.[cm]?[jt]s$/.test(name);
}

/**
 * The folders of the phases below the project's folder of tests. A phase without a folder there has the standard specs.
 * @param testDir relative to the project folder
 */
export function phaseFolders(testDir: string): PhaseFolders {
  const folders = phaseNames.map((name) => {
    const own = join(projectFolder(), testDir, name);
    return [name, existsSync(own) ? own : join(packageFolder, 'tests', name)] as const;
  });
  return Object.fromEntries(folders) as Record<Phase['name'], string>;
}
