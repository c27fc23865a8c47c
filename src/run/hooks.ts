import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { environmentOfHooks } from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import { type Deferred, deferred } from '../kernel/deferred.ts';
import { UserError } from '../kernel/errors.ts';
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
  #keeper: ChildProcess | undefined;
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
    const request = { id: ++this.#lastId, ...this.#request(name), ...debt };
    const asked = deferred<Answer>();
    this.#asked.set(request.id, asked);
    // What cannot be sent is answered by the exit of the process.
    this.#open().send(request, () => undefined);
    const { code, timedOut, output, tookMs } = await asked.promise;
    this.#asked.delete(request.id);
    const said = withoutSecrets(output.trim());
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
    const exited = once(keeper, 'exit');
    if (keeper.connected) keeper.disconnect();
    const impatient = new AbortController();
    const timer = setTimeout(() => impatient.abort(), PATIENCE_MS);
    await Promise.race([exited, once(impatient.signal, 'abort')]);
    clearTimeout(timer);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #request(name: HookName) {
    const command = this.#commands[name];
    if (command === undefined) throw new UserError(`${name} is not set.`);
    return { name, command, withinMs: this.#withinMs };
  }

  #open(): ChildProcess {
    if (this.#keeper) return this.#keeper;
    const keeper = fork(MAIN, [], {
      detached: true,
      execArgv: [],
      env: environmentOfHooks(),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    keeper.on('message', (answer: Answer) => this.#asked.get(answer.id)?.resolve(answer));
    keeper.on('error', (error) => this.#fail(`The process that runs commands failed: ${error.message}`));
    keeper.on('exit', () => this.#fail('The process that runs commands has ended.'));
    this.#keeper = keeper;
    return keeper;
  }

  #fail(reason: string): void {
    this.#over ??= reason;
    for (const asked of this.#asked.values()) asked.reject(new UserError(reason));
    this.#asked.clear();
  }
}
