import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChildOptions, type Command, runCommand } from '../../../src/kernel/command.ts';

const root = join(import.meta.dirname, '../../..');

/** The result and the output of a command. */
interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface RanInProcess extends Ran {
  /** The questions that it asked, in order. */
  readonly asked: readonly string[];
  /** The processes that it would have started, in order. */
  readonly started: readonly { readonly args: readonly string[]; readonly options: ChildOptions }[];
  /** The other programs that it would have started, with their arguments, in order. */
  readonly programs: readonly (readonly string[])[];
}

interface Given {
  /** Variables in addition to those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The answer of the user to each question, or the answers in order; without them there is no terminal. */
  readonly answer?: string | readonly string[];
  /** The exit code of each process that the command would start. */
  readonly childExits?: number | null;
}

/** Runs a command in this process, in the way its npm script does in a separate process. */
export async function inProcess(
  main: Command,
  args: readonly string[],
  { environment, answer, childExits = 0 }: Given = {},
): Promise<RanInProcess> {
  let [out, err] = ['', ''];
  const asked: string[] = [];
  const started: RanInProcess['started'][number][] = [];
  const programs: (readonly string[])[] = [];
  const code = await runCommand(main, args, {
    out: (text) => {
      out += `${text}\n`;
    },
    err: (text) => {
      err += `${text}\n`;
    },
    isTerminal: false,
    ask: async (question) => {
      asked.push(question);
      return typeof answer === 'object' ? answer[asked.length - 1] : answer;
    },
    environment: { ...process.env, ...environment },
    node: async (nodeArgs, options = {}) => {
      started.push({ args: nodeArgs, options });
      return childExits;
    },
    program: async (name, programArgs) => {
      programs.push([name, ...programArgs]);
      return childExits;
    },
  });
  return { code, out, err, asked, started, programs };
}

export function npmScripts(): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;
}

/** Runs the script of `package.json` in a shell, like npm, without input. */
export function asProcess(
  name: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<Ran> {
  const { NODE_OPTIONS: _, ...environment } = process.env;
  return new Promise((resolve) => {
    const child = execFile(
      '/bin/sh',
      ['-c', `${npmScripts()[name]} "$@"`, name, ...args],
      { cwd: root, env: { ...environment, npm_lifecycle_event: name, ...variables } },
      (error, out, err) => resolve({ code: error ? Number(error.code ?? Number.NaN) : 0, out, err }),
    );
    child.stdin?.end();
  });
}
