// Usage: readme-command.mjs README start|test. Prints that command, without its comment, from the code block of the
// README's section In a checkout. Exits with 1 unless the block has exactly these two commands.
import { readFileSync } from 'node:fs';
import { isMain } from './is-main.mjs';

const wanted = ['npm start', 'npm test'];

/** The two commands, by name. */
export function readmeCommands(readme) {
  const [, section = ''] = /^## In a checkout$([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(readme) ?? [];
  const [, block = ''] = /^```[^\n]*\n([\s\S]*?)^```$/m.exec(section) ?? [];
  const commands = block
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
  if (commands.join('\n') !== wanted.join('\n'))
    throw new Error(
      `The code block of the README's section In a checkout has the commands [${commands.join('; ')}]. It must have [${wanted.join('; ')}], which .ci/run checks.`,
    );
  const [start, test] = commands;
  return { start, test };
}

if (isMain(import.meta)) {
  const [readme, name] = process.argv.slice(2);
  try {
    console.log(readmeCommands(readFileSync(readme, 'utf8'))[name]);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
