import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { environmentOfHooks } from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import { type Deferred, deferred } from '../kernel/deferred.ts';
import { UserError } from '../kernel/errors.ts';
import { folderOf } from '../kernel/owned-folder.ts';
import { processIdentity } from '../kernel/process-identity.ts';
import { withoutSecrets } from '../kernel/secrets.ts';

/** The settings that hold a command of the user. */
export type HookName =
  | 'SERVICE_RESTART_CMD'
  | 'SERVICE_STOP_CMD'
  | 'SERVICE_START_CMD'
  | 'DATABASE_STOP_CMD'
  | 'DATABASE_START_CMD'
  | 'REDIS_STOP_CMD'
  | 'REDIS_START_CMD';

/** How an attached service, or one of its dependencies, is stopped and started again. */
export type Hook =
  | { readonly kind: 'stop and start'; readonly stop: HookName; readonly start: HookName }
  | { readonly kind: 'restart'; readonly restart: HookName }
  | { readonly kind: 'not applicable'; readonly reason: string };

export type HookTarget = 'service' | 'database' | 'redis';

const MAIN = fileURLToPath(new URL('./hook-keeper.mjs', import.meta.url));

/** The time after which a command is ended with its children. */
const COMMAND_WITHIN_MS = 60_000;
/** The wait for owed commands: the time of two commands. After it, the keeper continues alone. */
const PATIENCE_MS = 2 * COMMAND_WITHIN_MS;

type Commands = Pick<Settings, HookName>;

/** The commands in the settings for this target. A stop needs its start: a stopped part must be started again. */
export function hookFor(target: HookTarget, commands: Commands): Hook {
  const prefix = target === 'service' ? 'SERVICE' : target === 'database' ? 'DATABASE' : 'REDIS';
  const [stop, start] = [`${prefix}_STOP_CMD`, `${prefix}_START_CMD`] as const;
  if (commands[stop] !== undefined && commands[start] !== undefined)
    return { kind: 'stop and start', stop, start };
  if (target === 'service' && commands.SERVICE_RESTART_CMD !== undefined)
    return { kind: 'restart', restart: 'SERVICE_RESTART_CMD' };
  const missing =
    target === 'service'
      ? `SERVICE_RESTART_CMD is not set, nor are ${stop} and ${start}`
      : `${stop} and ${start} are not set`;
  return { kind: 'not applicable', reason: missing };
}

/** A request to the keeper to run a command. */
interface Request {
  readonly name: HookName;
  readonly command: string;
  readonly withinMs: number;
}

interface Answer {
  readonly id: number;
  readonly code: number | null;
  readonly timedOut: boolean;
  readonly output: string;
  readonly tookMs: number;
}

/**
 * Runs the user's commands in a separate process, which restarts stopped parts even if this process is killed.
 */
export class Hooks {
  readonly #commands: Commands;
  readonly #withinMs: number;
  readonly #asked = new Map<number, Deferred<Answer>>();
  /** The commands that the keeper must run before it ends; this process runs them if the keeper is killed. */
  readonly #owed = new Map<HookName, Request>();
  #keeper: ChildProcess | undefined;
  /** A folder that lists the owed commands, named after the first keeper; its successor runs them. */
  #record: string | undefined;
  /** Resolves when the successor of a killed keeper has ended. */
  #debtsPaid: Promise<unknown> | undefined;
  #isClosed = false;
  /** Why no further command can run. */
  #over: string | undefined;
  #lastId = 0;

  constructor(commands: Commands, withinMs = COMMAND_WITHIN_MS) {
    this.#commands = commands;
    this.#withinMs = withinMs;
  }

  /** Whether everything stopped has been started again and no further command runs. */
  get isOver(): boolean {
    return this.#isClosed;
  }

  /** Runs a command. @returns the end of its output, without secrets @throws UserError if it fails or takes too long */
  async run(name: HookName, owes?: HookName): Promise<string> {
    if (this.#over !== undefined) throw new UserError(this.#over);
    const debt = owes === undefined ? {} : { owes: this.#request(owes) };
    if (owes !== undefined) this.#owed.set(owes, this.#request(owes));
    const request = { id: ++this.#lastId, ...this.#request(name), ...debt };
    const asked = deferred<Answer>();
    this.#asked.set(request.id, asked);
    const keeper = this.#open();
    // A process that could not be started has no channel and reports its error; an unsent message is reported at its
    // exit.
    if (keeper.pid !== undefined) keeper.send({ ...request, record: this.#record }, () => undefined);
    const { code, timedOut, output, tookMs } = await asked.promise;
    this.#asked.delete(request.id);
    const said = withoutSecrets(output.trim());
    if (code === 0) this.#owed.delete(name);
    if (code === 0) return said;
    const how = timedOut
      ? `was ended after ${this.#withinMs / 1000} s`
      : `ended with ${code === null ? 'a signal' : `code ${code}`} after ${(tookMs / 1000).toFixed(1)} s`;
    throw new UserError(`${name} ${how}${said === '' ? '' : `: ${said}`}`);
  }

  /** Restarts the stopped parts, and ends. */
  async close(): Promise<void> {
    const keeper = this.#keeper;
    this.#isClosed = true;
    this.#over ??= 'No further command runs: everything stopped has been started again.';
    if (!keeper || keeper.exitCode !== null) return;
    const exited = this.#debtsPaid ?? once(keeper, 'exit');
    if (keeper.connected && this.#debtsPaid === undefined) keeper.disconnect();
    const impatient = new AbortController();
    const timer = setTimeout(() => impatient.abort(), PATIENCE_MS);
    await Promise.race([exited, once(impatient.signal, 'abort')]);
    clearTimeout(timer);
  }

  #request(name: HookName): Request {
    const command = this.#commands[name];
    if (command === undefined) throw new UserError(`${name} is not set.`);
    return { name, command, withinMs: this.#withinMs };
  }

  #open(): ChildProcess {
    if (this.#keeper) return this.#keeper;
    const keeper = startKeeper();
    keeper.on('message', (answer: Answer) => this.#asked.get(answer.id)?.resolve(answer));
    keeper.on('error', (error) => this.#fail(`The process that runs commands failed: ${error.message}`));
    keeper.on('exit', (_, signal) => {
      if (signal !== null) this.#payDebts();
      this.#fail('The process that runs commands has ended.');
    });
    this.#keeper = keeper;
    const identity = keeper.pid === undefined ? undefined : processIdentity(keeper.pid);
    if (identity) this.#record = folderOf('hook', identity);
    return keeper;
  }

  /** After a keeper was killed, another one restarts the stopped parts and ends. `close` waits for it. */
  #payDebts(): void {
    const debts = [...this.#owed.values()].reverse();
    if (debts.length === 0) return;
    const keeper = startKeeper();
    keeper.on('error', () => undefined);
    if (keeper.pid === undefined) return;
    let unpaid = debts.length;
    keeper.on('message', () => {
      unpaid -= 1;
      if (unpaid === 0 && keeper.connected) keeper.disconnect();
    });
    // The commands are also recorded as owed, so that they run even if this process is killed now.
    for (const debt of debts)
      keeper.send({ id: ++this.#lastId, ...debt, owes: debt, record: this.#record }, () => undefined);
    this.#keeper = keeper;
    this.#debtsPaid = once(keeper, 'exit');
  }

  #fail(reason: string): void {
    this.#over ??= reason;
    for (const asked of this.#asked.values()) asked.reject(new UserError(reason));
    this.#asked.clear();
  }
}

/** Starts it in a separate session: Ctrl-C in a terminal must not end a command half-way. */
function startKeeper(): ChildProcess {
  return fork(MAIN, [], {
    detached: true,
    execArgv: [],
    env: environmentOfHooks(),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}
