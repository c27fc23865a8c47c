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

/** How an attached service, or something that it depends on, is taken away and given back. */
export type Hook =
  | { readonly kind: 'stop and start'; readonly stop: HookName; readonly start: HookName }
  | { readonly kind: 'restart'; readonly restart: HookName }
  | { readonly kind: 'not applicable'; readonly reason: string };

export type HookTarget = 'service' | 'database' | 'redis';

const MAIN = fileURLToPath(new URL('./hook-keeper.mjs', import.meta.url));

/** A command that takes longer is ended, with its children. */
const COMMAND_WITHIN_MS = 60_000;
/** What is owed may take as long as two commands; then nobody waits for it any more, and it goes on. */
const PATIENCE_MS = 2 * COMMAND_WITHIN_MS;

type Commands = Pick<Settings, HookName>;

/** What the settings offer for this target. A stop needs its start: what is stopped has to be started again. */
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

/** A command as the keeper is asked to run it. */
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
 * Runs the user's commands in a process of its own, which starts again whatever was stopped, however this process ends.
 */
export class Hooks implements AsyncDisposable {
  readonly #commands: Commands;
  readonly #withinMs: number;
  readonly #asked = new Map<number, Deferred<Answer>>();
  /** What the keeper has to start again before it ends; this process does it when the keeper is killed. */
  readonly #owed = new Map<HookName, Request>();
  #keeper: ChildProcess | undefined;
  /** A folder that says what is owed, named after the first keeper; the one after it pays what is said there. */
  #record: string | undefined;
  /** After the keeper was killed. */
  #debtsPaid: Promise<unknown> | undefined;
  #isClosed = false;
  /** Why nothing can be run any more. */
  #over: string | undefined;
  #lastId = 0;

  constructor(commands: Commands, withinMs = COMMAND_WITHIN_MS) {
    this.#commands = commands;
    this.#withinMs = withinMs;
  }

  /** Whatever was stopped has been started again, and nothing more is run. */
  get isOver(): boolean {
    return this.#isClosed;
  }

  /** The end of what the command wrote, without secrets. @throws UserError when it fails, or takes too long */
  async run(name: HookName, owes?: HookName): Promise<string> {
    if (this.#over !== undefined) throw new UserError(this.#over);
    const debt = owes === undefined ? {} : { owes: this.#request(owes) };
    if (owes !== undefined) this.#owed.set(owes, this.#request(owes));
    const request = { id: ++this.#lastId, ...this.#request(name), ...debt };
    const asked = deferred<Answer>();
    this.#asked.set(request.id, asked);
    const keeper = this.#open();
    // One that could not be started has no channel, and answers with its error; what cannot be sent, with its exit.
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

  /** Starts what is stopped, and ends. */
  async close(): Promise<void> {
    const keeper = this.#keeper;
    this.#isClosed = true;
    this.#over ??= 'The commands are over: what was stopped has been started again.';
    if (!keeper || keeper.exitCode !== null) return;
    const exited = this.#debtsPaid ?? once(keeper, 'exit');
    if (keeper.connected && this.#debtsPaid === undefined) keeper.disconnect();
    const impatient = new AbortController();
    const timer = setTimeout(() => impatient.abort(), PATIENCE_MS);
    await Promise.race([exited, once(impatient.signal, 'abort')]);
    clearTimeout(timer);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
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

  /** Of a keeper that was killed: another one starts what is stopped, and ends. `close` waits for it. */
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
    // Owed as well, so that it is done also when this process is killed now.
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

/** In a session of its own: Ctrl-C in a terminal must not end a command half-way. */
function startKeeper(): ChildProcess {
  return fork(MAIN, [], {
    detached: true,
    execArgv: [],
    env: environmentOfHooks(),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}
