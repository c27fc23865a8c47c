import { existsSync } from 'node:fs';
import { harness } from './harness.mjs';
import { contract, preparation } from './preparation.mjs';
import { results } from './results.mjs';
import { runs } from './runs.mjs';

/**
 * All commands, once. `npx fullhouse --help`, the help of each command and docs/commands.md are made from this table.
 * It is plain JavaScript without packages, because `npm test -- --help` must work before they are installed.
 */
export const groups = [
  { title: 'A run', commands: runs },
  { title: 'Before a run', commands: preparation },
  { title: 'After a run', commands: results },
  { title: 'The contract of your service', commands: contract },
  // The installed package has no npm scripts.
  ...(existsSync(new URL('../npm-script.mjs', import.meta.url))
    ? [{ title: 'In a checkout of fullhouse', commands: harness }]
    : []),
];

/** A command by its name (`load`, `fullhouse history`) or its npm script (`history`). Undefined for an unknown name. */
export function commandNamed(name) {
  if (name === undefined) return undefined;
  return groups
    .flatMap(({ commands }) => commands)
    .find((command) => command.name === name || command.script === name);
}

/** What people type, without arguments: `npm start`, `npx playwright test --project=load`, `npx fullhouse doctor`. */
export function callOf({ name, call }) {
  if (call !== undefined) return call;
  if (name.startsWith('fullhouse ')) return `npx ${name}`;
  return name === 'start' || name === 'test' ? `npm ${name}` : `npm run ${name}`;
}

/** What people type, with arguments: `npx fullhouse report [RUN]`, `npm run torture -- [KILLS]`. */
export function usageOf(command) {
  const call = callOf(command);
  if (command.arguments === undefined) return call;
  return `${call}${call.startsWith('npm ') ? ' --' : ''} ${command.arguments}`;
}
