import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { ChildOptions, CommandIo } from './command.ts';
import { started } from './started.ts';

/** The terminal, the environment and the child processes of this process. */
export function processIo(): CommandIo {
  return {
    out: (text) => console.log(text),
    err: (text) => console.error(text),
    isTerminal: process.stdout.isTTY === true,
    ask,
    environment: process.env,
    node,
  };
}

async function ask(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

async function node(
  args: readonly string[],
  { environment = {}, isQuiet = false }: ChildOptions = {},
): Promise<number | null> {
  const child = await started('The child process', () =>
    spawn(process.execPath, args, {
      stdio: ['inherit', isQuiet ? 'ignore' : 'inherit', 'inherit'],
      env: { ...process.env, ...environment },
    }),
  );
  // Ctrl-C also reaches the child. The child ends, and then this process ends with its exit code.
  const stay = () => undefined;
  process.on('SIGINT', stay);
  // Other signals reach only this process.
  const endChild = () => child.kill();
  process.on('exit', endChild);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  } finally {
    process.off('SIGINT', stay);
    process.off('exit', endChild);
  }
}

/**
 * Lets this process continue if its output has no reader (`| head -1`, a closed terminal) or no space on the disk: without a
 * listener, an error of these streams would end the process and its run. The reports have the same text.
 */
export function outliveOutput(
  streams: readonly NodeJS.WriteStream[] = [process.stdout, process.stderr],
): void {
  for (const stream of streams) stream.on('error', () => undefined);
}
