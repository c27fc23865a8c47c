import { UserError } from './errors.ts';
import { printable } from './outside-text.ts';

/** Everything that a command of `npm run` reads and writes outside its own files. */
export interface CommandIo {
  /** Writes a line, or several, to standard output. */
  out(text: string): void;
  /** The same to standard error. */
  err(text: string): void;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  /** The answer to a question, or undefined where there is no terminal to ask on. */
  ask(question: string): Promise<string | undefined>;
  /** The environment variables. The configuration alone reads one of them by its name. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Starts Node with these arguments and waits for its end. Returns its exit code, or null after a signal. */
  node(args: readonly string[], options?: ChildOptions): Promise<number | null>;
}

export interface ChildOptions {
  /** Variables that the child gets in addition to the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether its standard output is hidden. Its errors are always shown. */
  readonly isQuiet?: boolean;
}

/** The `main` of a module that `npm run` starts. Returns the exit code. A UserError is a mistake of the user. */
export type Command = (args: readonly string[], io: CommandIo) => Promise<number>;

/** Runs a command. Returns its exit code; after a mistake of the user, prints its sentence and returns 1. */
export async function runCommand(main: Command, args: readonly string[], io: CommandIo): Promise<number> {
  try {
    return await main(args, io);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    io.err(error.message.split('\n').map(printable).join('\n'));
    return 1;
  }
}
