import { UserError } from './errors.ts';
import { printable } from './outside-text.ts';

/** The input and output of a command of `npx fullhouse`, except its files. */
export interface CommandIo {
  /** Writes a line, or several, to standard output. */
  out(text: string): void;
  err(text: string): void;
  readonly isTerminal: boolean;
  /** Asks a question. Returns undefined without a terminal. */
  ask(question: string): Promise<string | undefined>;
  /** The environment variables. Only the configuration reads single variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Starts Node with these arguments and waits for its end. Returns its exit code, or null after a signal. */
  node(args: readonly string[], options?: ChildOptions): Promise<number | null>;
  /** Starts another program in a folder, with the terminal of this process. Returns the same. */
  program(name: string, args: readonly string[], folder: string): Promise<number | null>;
}

export interface ChildOptions {
  /** Variables that the child gets in addition to the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether the standard output of the child is hidden. Its errors are always shown. */
  readonly isQuiet?: boolean;
}

/** The `main` of a command. Returns the exit code. A UserError is a mistake of the user. */
export type Command = (args: readonly string[], io: CommandIo) => Promise<number>;

/** Runs a command and returns its exit code. After a UserError, prints the message and returns 1. */
export async function runCommand(main: Command, args: readonly string[], io: CommandIo): Promise<number> {
  try {
    return await main(args, io);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    io.err(error.message.split('\n').map(printable).join('\n'));
    return 1;
  }
}
