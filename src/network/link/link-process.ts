import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../kernel/child-environment.ts';
import { type Deferred, deferred } from '../../kernel/deferred.ts';
import { UserError } from '../../kernel/errors.ts';
import { started } from '../../kernel/started.ts';
import type { Answer, Command, Commands, Request } from './messages.ts';

const MAIN = fileURLToPath(new URL('./proxy/main.ts', import.meta.url));
const TYPESCRIPT = import.meta.resolve('tsx');

/** How much of what the process writes to its error output is kept, for the message when it ends. */
const KEPT_OUTPUT = 2000;
const EXIT_TIMEOUT_MS = 5000;

/** The process that carries the bytes, as its owner sees it: asks, and gets answers. */
export class LinkProcess {
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #asked = new Map<number, Deferred<unknown>>();
  #lastId = 0;
  #errorOutput = '';
  /** Why nothing can be asked any more. */
  #over: string | undefined;

  /** @throws {UserError} when it cannot be started */
  static async start(seed: string): Promise<LinkProcess> {
    const child = await started('The link', () =>
      fork(MAIN, [seed], {
        execArgv: ['--import', TYPESCRIPT],
        env: childEnvironment(),
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      }),
    );
    return new LinkProcess(child);
  }

  private constructor(child: ChildProcess) {
    this.#process = child;
    this.#exited = once(this.#process, 'exit');
    this.#process.on('message', (answer: Answer) => this.#answered(answer));
    this.#process.on('error', (error) => this.#end(`The link failed: ${error.message}`));
    this.#process.on('exit', (code, signal) => this.#ended(signal ?? `code ${code}`));
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#errorOutput = (this.#errorOutput + text).slice(-KEPT_OUTPUT);
    });
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** @throws UserError when the link is closed, or its process cannot do it */
  ask<Type extends keyof Commands>(
    command: { type: Type } & Commands[Type]['ask'],
  ): Promise<Commands[Type]['answer']> {
    if (this.#over !== undefined) return Promise.reject(new UserError(this.#over));
    const id = ++this.#lastId;
    const asked = deferred<unknown>();
    this.#asked.set(id, asked);
    const request: Request = { id, command: command as Command };
    // What cannot be sent is answered by the exit of the process, which says more.
    this.#process.send(request, () => undefined);
    return asked.promise as Promise<Commands[Type]['answer']>;
  }

  /** Resolves when the process is gone. */
  async close(): Promise<void> {
    this.#end('The link is closed. Start another one.');
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
    const said = this.#errorOutput.trim();
    this.#end(`The process of the link ended (${how})${said ? `: ${said}` : '.'} Start another link.`);
  }

  #end(why: string): void {
    this.#over ??= why;
    for (const asked of this.#asked.values()) asked.reject(new UserError(this.#over));
    this.#asked.clear();
  }
}
