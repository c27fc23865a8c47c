// Starts a command: node --import tsx src/kernel/start-command.ts MODULE [ARGUMENTS]. bin/fullhouse.mjs does the same.
// The path of the module is relative to the working folder. The module exports `main`, and its import has no effect.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Command, runCommand } from './command.ts';
import { isCompiled } from './folders.ts';
import { loadModulesWith } from './import-default.ts';
import { processIo } from './process-io.ts';

const [path = '', ...args] = process.argv.slice(2);

// `npx fullhouse history | head`: the reader has stopped reading.
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

// The configuration and the journeys of a team may be TypeScript. Most commands of the package need no loader for it.
if (isCompiled)
  loadModulesWith(async () => {
    const [cjs, esm] = await Promise.all([import('tsx/cjs/api'), import('tsx/esm/api')]);
    cjs.register();
    esm.register();
  });

const { main } = (await import(pathToFileURL(resolve(path)).href)) as { main: Command };
process.exitCode = await runCommand(main, args, processIo());
