import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../kernel/child-environment.ts';
import { started } from '../../kernel/started.ts';

const MAIN = fileURLToPath(new URL('./echo.mjs', import.meta.url));
const KEPT_OUTPUT = 2000;
const EXIT_TIMEOUT_MS = 2000;

/** A separate process on this machine that answers a canary; it ends with the process that started it. */
export class EchoProcess {
  /** A caller appends `/` and the time in ms for which the echo holds the answer. */
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  /** @throws Error when it cannot be started, or does not listen */
  static async start(program = process.execPath): Promise<EchoProcess> {
    const child = await started('The echo', () =>
      spawn(program, [MAIN], { env: childEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] }),
    );
    // The echo may end before this process closes its end.
    child.stdin.on('error', () => undefined);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-KEPT_OUTPUT);
    });
    const address = await new Promise<string>((resolve, reject) => {
      child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
      child.on('error', reject);
      child.once('exit', (code, signal) =>
        reject(new Error(`it ended with ${signal ?? code}: ${said.trim()}`)),
      );
    });
    // The child must not keep this process alive.
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr])
      (stream as unknown as { unref(): void }).unref();
    return new EchoProcess(`http://127.0.0.1:${address}`, child);
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** Resolves when the process is gone. */
  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.ref();
    const exited = once(this.#process, 'exit');
    this.#process.stdin!.end();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), EXIT_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  }
}
