import { type ChildProcess, fork } from 'node:child_process';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { ForeignOptions, ForeignService } from './foreign-service.ts';
import { type ForeignName, foreignServices } from './services.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** Starts the service in this process. @throws for a defect that the service does not have */
export async function startForeign(
  name: ForeignName,
  options: ForeignOptions = {},
): Promise<ForeignService & { contract: string }> {
  const { contract, defects, start } = foreignServices[name];
  const wrong = options.defects?.find((defect) => !Object.hasOwn(defects, defect));
  if (wrong !== undefined)
    throw new Error(`${name} has no defect "${wrong}". Use one of: ${Object.keys(defects).join(', ')}.`);
  return { contract, ...(await start(options)) };
}

export interface ForeignProcess extends ForeignService {
  readonly contract: string;
  readonly child: ChildProcess;
  /** Resolves with the exit code or the signal when the process is gone. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** The message of a started process to its parent. */
export interface Ready {
  readonly url: string;
  readonly contract: string;
  readonly environment: ForeignService['environment'];
}

/**
 * Starts the service in a child process, which ends with this process at the latest. Use the same port and folder to
 * restart it at the same address with the same keys.
 * @throws the output of the process if it ends before it is ready
 */
export async function startForeignProcess(
  name: ForeignName,
  options: ForeignOptions = {},
): Promise<ForeignProcess> {
  const { password, defects, ...numbers } = options;
  const flags = Object.entries({ ...numbers, defects: defects?.join(',') }).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}=${value}`],
  );
  const child = fork(MAIN, [name, ...flags], {
    execArgv: ['--import', import.meta.resolve('tsx')],
    env: { ...process.env, ...(password === undefined ? {} : { LOAD_PASSWORD: password }) },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let written = '';
  child.stderr!.setEncoding('utf8').on('data', (text) => {
    written += text;
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Ready));
    void ended
      .then(() => finished(child.stderr!))
      .then(() => reject(new Error(`${name} ended before it was ready: ${written}`)), reject);
  });
  return {
    ...ready,
    child,
    ended,
    close: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
