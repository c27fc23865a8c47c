import { alsoRemove } from '../kernel/owned-folder.ts';
import { childIds, commandLineOf } from '../kernel/process-family.ts';

const PROFILE = '--user-data-dir=';

/**
 * Notes the profiles of the browsers that this process has started in the private folder of the run. Playwright removes
 * them when a browser ends, but not when this process is killed; then they go with the private folder. Where the system
 * does not show command lines (only Linux does), nothing is noted.
 */
export async function noteProfiles(privateFolder: string): Promise<void> {
  const lines = childIds(process.pid).flatMap(commandLineOf);
  const profiles = lines.flatMap((part) => (part.startsWith(PROFILE) ? [part.slice(PROFILE.length)] : []));
  await Promise.all(profiles.map((path) => alsoRemove(path, privateFolder)));
}
