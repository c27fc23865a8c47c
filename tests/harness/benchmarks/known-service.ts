import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

interface Command {
  /** Answers after this time from now on, and deletes the recorded delays. */
  delayMs?: number;
  /** Stops answering for this time, then answers all waiting calls. */
  stallMs?: number;
  report?: boolean;
}

/** A service with a known speed, in a separate process. */
export class KnownService {
  readonly url: string;
  readonly #process: ChildProcess;
  #commands = 0;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(): Promise<KnownService> {
    const child = forkPlain('known-service.mjs');
    const [{ port }] = await once(child, 'message');
    return new KnownService(child, port);
  }

  async answerAfter(delayMs: number): Promise<void> {
    await this.#tell({ delayMs });
  }

  async stall(stallMs: number): Promise<void> {
    await this.#tell({ stallMs });
  }

  /** The real duration of each answer since `answerAfter`, in ms. */
  async actualDelays(): Promise<number[]> {
    return (await this.#tell({ report: true })).actualMs ?? [];
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }

  async #tell(command: Command): Promise<{ actualMs?: number[] }> {
    const id = ++this.#commands;
    const told = new Promise<{ actualMs?: number[] }>((resolve) => {
      const listen = (message: { done?: number; actualMs?: number[] }) => {
        if (message.done !== id) return;
        this.#process.off('message', listen);
        resolve(message);
      };
      this.#process.on('message', listen);
    });
    this.#process.send({ id, ...command });
    return told;
  }
}

/** Starts a script of this folder as a process without Playwright's loader and options. */
export function forkPlain(script: string, args: readonly string[] = []): ChildProcess {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return fork(new URL(script, import.meta.url), args, { execArgv: [], env });
}
