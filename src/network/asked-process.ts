import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { childEnvironment } from '../kernel/child-environment.ts';
import { type Deferred, deferred } from '../kernel/deferred.ts';
import { UserError } from '../kernel/errors.ts';
import { started } from '../kernel/started.ts';

/** The commands that an owner sends to its process over IPC, each with its answer. */
export type CommandOf<Commands extends Exchanges<Commands>> = {
  [Type in keyof Commands]: { type: Type } & Commands[Type]['ask'];
}[keyof Commands];

type Exchanges<Commands> = { [Type in keyof Commands]: { ask: object; answer: unknown } };

export interface Request<Command> {
  readonly id: number;
  readonly command: Command;
}

export type Answer =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly mistake: string };

export interface ProcessOptions {
  /** The first words of each error message: `The link`. */
  readonly name: string;
  readonly main: string;
  readonly args?: readonly string[];
  readonly execArgv?: string[];
  /** Starts the process in a new session, so that Ctrl-C does not reach it. */
  readonly detached?: boolean;
}

/** An error message quotes at most this number of characters from the end of the error output. */
const KEPT_OUTPUT = 2000;
const EXIT_TIMEOUT_MS = 5000;

/** The owner's handle of a process that carries traffic. The process ends when the channel to its owner closes. */
export class AskedProcess<Commands extends Exchanges<Commands>> {
  readonly #name: string;
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #asked = new Map<number, Deferred<unknown>>();
  #lastId = 0;
  #errorOutput = '';
  /** Why the process accepts no more commands. */
  #over: string | undefined;

  /** @throws {UserError} when the process cannot be started */
  static async start<Commands extends Exchanges<Commands>>(
    options: ProcessOptions,
  ): Promise<AskedProcess<Commands>> {
    const { name, main, args = [], execArgv = [], detached = false } = options;
    const env = childEnvironment();
    const child = await started(name, () =>
      fork(main, args, { execArgv, detached, env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] }),
    );
    return new AskedProcess<Commands>(name, child);
  }

  private constructor(name: string, child: ChildProcess) {
    this.#name = name;
    this.#process = child;
    this.#exited = once(child, 'exit');
    child.on('message', (answer: Answer) => this.#answered(answer));
    child.on('error', (error) => this.#end(`${name} failed: ${error.message}`));
    child.on('exit', (code, signal) => this.#ended(signal ?? `code ${code}`));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#errorOutput = (this.#errorOutput + text).slice(-KEPT_OUTPUT);
    });
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** @throws {UserError} when the process is closed, or reports a mistake */
  ask<Type extends keyof Commands>(
    command: { type: Type } & Commands[Type]['ask'],
  ): Promise<Commands[Type]['answer']> {
    if (this.#over !== undefined) return Promise.reject(new UserError(this.#over));
    const id = ++this.#lastId;
    const asked = deferred<unknown>();
    this.#asked.set(id, asked);
    // If the request cannot be sent, the process has ended, and its exit rejects the promise with the reason.
    this.#process.send({ id, command }, () => undefined);
    return asked.promise as Promise<Commands[Type]['answer']>;
  }

  /** Resolves when the process has exited. May be called more than once. */
  async close(): Promise<void> {
    this.#end(`${this.#name} is closed. Start another one.`);
    if (this.#process.connected) this.#process.disconnect();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), EXIT_TIMEOUT_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  #answered(answer: Answer): void {
    const asked = this.#asked.get(answer.id);
    this.#asked.delete(answer.id);
    if ('mistake' in answer) asked?.reject(new UserError(answer.mistake));
    else asked?.resolve(answer.answer);
  }

  #ended(how: string): void {
    const output = this.#errorOutput.trim();
    this.#end(`${this.#name} ended (${how})${output ? `: ${output}` : '.'} Start another one.`);
  }

  #end(why: string): void {
    this.#over ??= why;
    for (const asked of this.#asked.values()) asked.reject(new UserError(this.#over));
    this.#asked.clear();
  }
}
