import { spawn } from 'node:child_process';
import { UserError } from '../../kernel/errors.ts';
import { compileExpression } from '../expressions.ts';
import { type Account, accountName, type Issued, type Issuer } from './account.ts';
import { shownAnswer } from './answer.ts';
import { compileCommand, type ShellCommand } from './command-line.ts';
import { hideToken } from './foreign-token.ts';
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

/** Commands share the processors with the measured participants. */
const COMMANDS_AT_A_TIME = 4;
/** The most output that is kept; a token is much shorter. */
const KEPT = 65_536;
/** The time after which leftover processes of a command are ended. */
const LINGERS_MS = 500;

/** Runs a user's command that prints a token. */
export function commandIssuer(spec: CommandSpec, around: CommandSurroundings): Issuer {
  const line = compileCommand(spec.run);
  const user = compileExpression(spec.user ?? 'claims.sub', 'identity');
  const limit = limited(COMMANDS_AT_A_TIME);
  const ended = new AbortController();
  const run = async (account: Account): Promise<Issued> => {
    const { name, number, row } = account;
    const values = { env: around.env, user: name, number, row };
    const token = await printedToken(line(values), around, { account, signal: ended.signal });
    const claims = claimsIn(token);
    const userId = idOf(user({ ...values, token, claims }));
    if (userId !== undefined) return { userId, token, claims };
    throw new UserError(
      `identity.command.user: the token for ${accountName(account)} contains no user id. ` +
        'Name the claim that holds it, such as claims.sub, or write how the id is made, such as "u" + string(number).',
    );
  };
  return {
    renewMs: spec.renew,
    describe: () => 'a token from a command for each user',
    issue: (account) => limit(() => run(account)),
    close: async () => ended.abort(),
  };
}

async function printedToken(
  line: ShellCommand,
  around: CommandSurroundings,
  { account, signal }: { account: Account; signal: AbortSignal },
): Promise<string> {
  const { stdout, failure, error } = await output(line, around, signal);
  const refused = (why: string) =>
    new UserError(`identity.command.run: for ${accountName(account)}, the command ${why}`, { cause: error });
  if (failure !== undefined) throw refused(`${failure}. Run it by hand in the folder of the contract file.`);
  const token = stdout.trim();
  if (token === '') throw refused('printed nothing. It must print the token.');
  if (/\s/.test(token))
    throw refused('printed more than one word. It must print only the token; write messages to stderr.');
  hideToken(token);
  return token;
}

interface Output {
  readonly stdout: string;
  readonly failure: string | undefined;
  /** The error if the command could not be started. */
  readonly error?: Error | undefined;
}

/** Starts a command in a separate process group, so that `end` also ends its children. */
function started(line: ShellCommand, { commandEnvironment: env, folder: cwd }: CommandSurroundings) {
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
      child.kill('SIGKILL'); // the group has ended already
    }
  };
  return { child, end };
}

function output(line: ShellCommand, around: CommandSurroundings, signal: AbortSignal): Promise<Output> {
  const { timeoutMs } = around;
  const { child, end } = started(line, around);
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
    // A process without free file descriptors gets no pipes.
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
      const shown = stderr.trim() === '' ? '' : `: ${shownAnswer(stderr, [])}`;
      const why = error && `could not be started (${error.code})`;
      const failure = stopped || why || (code === 0 ? undefined : `ended with ${code ?? 'a signal'}${shown}`);
      resolve({ stdout, failure, error });
    };
    child.once('error', (error) => done(null, error));
    child.once('close', (code) => done(code));
    // A leftover process of the command may keep its output open.
    child.once('exit', (code) => {
      lingering = setTimeout(() => {
        end();
        done(code);
      }, LINGERS_MS);
    });
  });
}
