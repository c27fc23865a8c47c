import { spawn } from 'node:child_process';
import { UserError } from '../../kernel/errors.ts';
import { compileExpression, type Values } from '../contract/expressions.ts';
import type { Account, Issued, Issuer, TokenFault } from './account.ts';
import { shownAnswer } from './answer.ts';
import { compileCommand, type ShellCommand } from './command-line.ts';
import { hideToken, wrongForeign } from './foreign-token.ts';
import { limited } from './limit.ts';
import type { CommandSpec } from './schema.ts';
import { claimsIn, type Environment, idOf } from './written.ts';

export interface CommandSurroundings {
  readonly env: Environment;
  /** The environment of the command, without our secrets. */
  readonly commandEnvironment: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly timeoutMs: number;
}

/** They share the processors with everything that is measured. */
const COMMANDS_AT_A_TIME = 4;
/** Of output that is kept; a token is much shorter. */
const KEPT = 65_536;
/** After this time what a command left running is ended. */
const LINGERS_MS = 500;

/** Runs a command of the user's, which prints a token. */
export class CommandIssuer implements Issuer {
  readonly renewMs: number | undefined;
  readonly #line: (values: Values) => ShellCommand;
  readonly #user: (values: Values) => unknown;
  readonly #around: CommandSurroundings;
  readonly #limit = limited(COMMANDS_AT_A_TIME);
  readonly #ended = new AbortController();

  constructor(spec: CommandSpec, around: CommandSurroundings) {
    this.renewMs = spec.renew;
    this.#line = compileCommand(spec.run);
    this.#user = compileExpression(spec.user ?? 'claims.sub', 'identity');
    this.#around = around;
  }

  issue(account: Account): Promise<Issued> {
    return this.#limit(() => this.#run(account));
  }

  async wrong(fault: TokenFault, _account: Account, right: Issued): Promise<Issued | undefined> {
    return wrongForeign(fault, right);
  }

  describe(): string {
    return 'a token from a command for each user';
  }

  async close(): Promise<void> {
    this.#ended.abort();
  }

  async #run(account: Account): Promise<Issued> {
    const values = { env: this.#around.env, user: account.name, number: account.number, row: account.row };
    const { stdout, failure, error } = await output(this.#line(values), this.#around, this.#ended.signal);
    const who = account.number === undefined ? `"${account.name}"` : `user ${account.number}`;
    const refused = (why: string) =>
      new UserError(`identity.command.run: for ${who}, the command ${why}`, { cause: error });
    if (failure !== undefined)
      throw refused(`${failure}. Run it by hand in the folder of the contract file.`);
    const token = stdout.trim();
    if (token === '') throw refused('printed nothing. It has to print the token.');
    if (/\s/.test(token))
      throw refused(
        'printed more than one word. It has to print the token alone; messages belong to stderr.',
      );
    hideToken(token);
    const claims = claimsIn(token);
    const userId = idOf(this.#user({ ...values, token, claims }));
    if (userId === undefined)
      throw new UserError(
        `identity.command.user: the token for ${who} says no id of the user. ` +
          'Name the claim that holds it, such as claims.sub, or say how the id is made, such as "u" + string(number).',
      );
    return { userId, token, ...(claims ? { claims } : {}) };
  }
}

interface Output {
  readonly stdout: string;
  readonly failure: string | undefined;
  /** Why it could not be started. */
  readonly error?: Error | undefined;
}

function output(line: ShellCommand, around: CommandSurroundings, signal: AbortSignal): Promise<Output> {
  const { commandEnvironment: env, folder: cwd, timeoutMs } = around;
  // A group of its own, so that a command that hangs is ended with its children.
  const child = spawn('sh', ['-c', line.script, 'sh', ...line.values], {
    env,
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL'); // the group is gone already
    }
  };
  return new Promise((resolve) => {
    let [stdout, stderr, stopped] = ['', '', ''];
    const stop = (why: string) => {
      stopped ||= why;
      end();
    };
    const timer = setTimeout(() => stop(`did not end within ${timeoutMs / 1000} s`), timeoutMs);
    let lingering: NodeJS.Timeout | undefined;
    const aborted = () => stop('was stopped, because the run ended');
    signal.addEventListener('abort', aborted);
    if (signal.aborted) aborted();
    // Without a file descriptor for them, there are no pipes.
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.length > KEPT) stop(`printed more than ${KEPT} characters`);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < KEPT) stderr += text;
    });
    const done = (code: number | null, error?: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      clearTimeout(lingering);
      signal.removeEventListener('abort', aborted);
      const said = stderr.trim() === '' ? '' : `: ${shownAnswer(stderr, [])}`;
      const why = error && `could not be started (${error.code})`;
      const failure = stopped || why || (code === 0 ? undefined : `ended with ${code ?? 'a signal'}${said}`);
      resolve({ stdout, failure, error });
    };
    child.once('error', (error) => done(null, error));
    child.once('close', (code) => done(code));
    // Something that the command left running may keep its output open.
    child.once('exit', (code) => {
      lingering = setTimeout(() => {
        end();
        done(code);
      }, LINGERS_MS);
    });
  });
}
