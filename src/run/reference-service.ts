import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { inheritedEnvironment } from '../config/environment.ts';
import { deferred } from '../kernel/deferred.ts';
import { nodeOptions, ownModule, projectFolder } from '../kernel/folders.ts';
import { started } from '../kernel/started.ts';
import { readyAddress } from './ready-address.ts';

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 20_000;

/** A separate reference service in its own process, with settings that a shared one must not have. */
export class ReferenceService {
  readonly url: string;
  /** The URL of its PostgreSQL, for a second service on the same server; a secret. */
  readonly databaseUrl: string;
  readonly #process: ChildProcess;

  private constructor(url: string, databaseUrl: string, process: ChildProcess) {
    this.url = url;
    this.databaseUrl = databaseUrl;
    this.#process = process;
  }

  /** Starts a service on a free port. It ends with this process, also if this process is killed. */
  static async start(owner: string, settings: Readonly<Record<string, string>>): Promise<ReferenceService> {
    const child = await started('The reference service', () =>
      spawn(process.execPath, [...nodeOptions(), ownModule('service/main')], {
        cwd: projectFolder(),
        env: {
          ...inheritedEnvironment(),
          SERVICE_PORT: '0',
          SERVICE_OWNER: owner,
          SERVICE_OWNER_PID: String(process.pid),
          ...settings,
        },
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      }),
    );
    const { promise: told, resolve } = deferred<string>();
    if (settings.DATABASE_URL) resolve(settings.DATABASE_URL);
    else child.once('message', ({ databaseUrl }: { databaseUrl: string }) => resolve(databaseUrl));
    // The service sends the database URL before it prints its address.
    const url = await readyAddress(child, READY_WITHIN_MS);
    return new ReferenceService(url, await told, child);
  }

  /** Ends the service like a crash: connections break without a close. */
  async kill(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    const impatient = setTimeout(() => this.#process.kill('SIGKILL'), STOP_WITHIN_MS);
    await exited;
    clearTimeout(impatient);
  }
}
