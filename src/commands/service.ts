import { pathToFileURL } from 'node:url';
import { withDefaults } from '../config/environment.ts';
import { commandWith } from '../kernel/command-arguments.ts';
import { enterProject, ownModule } from '../kernel/folders.ts';
import { requirePackages } from '../kernel/optional-packages.ts';
import { serviceParts } from '../run/optional-parts.ts';

/** `npx fullhouse service`: this process becomes the reference service, and ends with it. */
export const main = commandWith({
  name: 'npx fullhouse service',
  async run(_, { environment }) {
    // The service reads `.env` in the working folder.
    enterProject();
    requirePackages(serviceParts(withDefaults({}, environment)));
    await import(pathToFileURL(ownModule('service/main')).href);
    return Number(process.exitCode ?? 0);
  },
});
