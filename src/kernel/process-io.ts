import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { ChildOptions, CommandIo } from './command.ts';
import { exitCodes } from './exit-code.ts';
import { started } from './started.ts';
import { wrapped } from './wrapped.ts';

/** The terminal, the environment and the child processes of this process. */
export function processIo(): CommandIo {
  return {
    out: (text) => console.log(text),
    err: (text) => console.error(inWidth(text)),
    isTerminal: process.stdout.isTTY === true,
    ask,
    environment: process.env,
    node,
    program,
  };
}

/** A space at which lines are not wrapped. */
const KEEP = '\u00a0';

/** A message in lines of at most 80 characters. Indented lines and commands in backticks stay whole, to be copied. */
export function inWidth(text: string): string {
  const lines = text.split('\n').map((line) => {
    if (line.startsWith(' ')) return line;
    const unbroken = line.replaceAll(/`[^`]{1,60}`/g, (command) => command.replaceAll(' ', KEEP));
    return wrapped(unbroken, '', '').replaceAll(KEEP, ' ');
  });
  return lines.join('\n');
}

/** Undefined without a terminal, and after the end of the input (Ctrl-D). Ctrl-C ends the process, like without a question. */
async function ask(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const ended = new Promise<undefined>((resolve) => terminal.once('close', () => resolve(undefined)));
  terminal.once('SIGINT', () => {
    terminal.close();
    process.exit(exitCodes.interrupted);
  });
  try {
    return await Promise.race([terminal.question(question), ended]);
  } finally {
    terminal.close();
  }
}

function node(
  args: readonly string[],
  { environment = {}, isQuiet = false }: ChildOptions = {},
): Promise<number | null> {
  return endOf(() =>
    spawn(process.execPath, args, {
      stdio: ['inherit', isQuiet ? 'ignore' : 'inherit', 'inherit'],
      env: { ...process.env, ...environment },
    }),
  );
}

function program(name: string, args: readonly string[], folder: string): Promise<number | null> {
  // On Windows, package managers are scripts of the shell.
  const shell = process.platform === 'win32';
  return endOf(() => spawn(name, args, { stdio: 'inherit', cwd: folder, shell }));
}

async function endOf(start: () => ChildProcess): Promise<number | null> {
  const child = await started('The child process', start);
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
