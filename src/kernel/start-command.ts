// npm scripts start a command with: node --import tsx src/kernel/start-command.ts MODULE [ARGUMENTS]
// The path of the module is relative to the root of the project. The module exports `main`, and its import has no effect.
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

// After a signal, a command without its own handler exits, which removes its temporary folders. A process that dies of the
// signal would leave them.
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
