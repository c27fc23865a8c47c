// How npm scripts start a command: node --import tsx src/kernel/start-command.ts MODULE [ARGUMENTS]
// The path of the module begins in the root of the project. The module exports `main`, and does nothing when it is imported.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Command, runCommand } from './command.ts';
import { processIo } from './process-io.ts';

const [path = '', ...args] = process.argv.slice(2);

// `npm run history | head`: the reader has stopped reading.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// A command that waits for nothing else ends at once and removes its temporary folders: a process that dies of a signal would
// leave them.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(code);
  });

const { main } = (await import(pathToFileURL(resolve(path)).href)) as { main: Command };
process.exitCode = await runCommand(main, args, processIo());
