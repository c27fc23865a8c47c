import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { schema } from '../../../src/config/schema.ts';
import { outerEnvironment } from '../runs/run.ts';
import { LaneProcesses, send } from './processes.ts';
import { BLOBS, KEPT_RUN } from './programs.ts';

const root = join(import.meta.dirname, '../../..');

/** The parts of a checkout that its copy does not need. */
const LEFT_OUT = ['node_modules', 'reports', 'test-results', '.git'];

/** Caches of tools, by content, which all runs share. */
const CACHES = /^(playwright-transform-cache-|tsx-|node-compile-cache|jiti$)/;

/** Settings of the reference service, which would change the runs. */
const SERVICE_SETTINGS = /^(DATABASE_|RATE_LIMIT_|SERVICE_|PING_|GHOST_GRACE_MS|LOG_LEVEL)/;

/**
 * A lane runs one run at a time: it has a copy of the checkout, with its own reports and history, and a folder for temporary
 * files. These folders identify its processes and its leftovers.
 */
export class Lane {
  readonly number: number;
  readonly folder: string;
  /** The port of its reference service. */
  readonly port: number;
  readonly processes: LaneProcesses;
  /** A healthy run for reports. */
  keptRun = '';

  constructor(number: number, parent: string, port: number) {
    this.number = number;
    this.folder = join(parent, String(number));
    this.port = port;
    this.processes = new LaneProcesses(`${this.folder}/`);
    mkdirSync(this.temp, { recursive: true });
    for (const name of readdirSync(root)) {
      if (!LEFT_OUT.includes(name))
        cpSync(join(root, name), join(this.checkout, name), { recursive: true, verbatimSymlinks: true });
    }
    symlinkSync(join(root, 'node_modules'), join(this.checkout, 'node_modules'));
  }

  get checkout(): string {
    return join(this.folder, 'c');
  }

  /** Its TMPDIR. PostgreSQL's socket lies in it, whose path must be short. */
  get temp(): string {
    return join(this.folder, 't');
  }

  /** Blob reports of a run on two machines. */
  get blobs(): string {
    return join(this.folder, 'blobs');
  }

  get runs(): string {
    return join(this.checkout, 'reports/runs');
  }

  /** The environment of a run in this lane, without the settings of the caller. */
  environment(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
    const env = outerEnvironment();
    for (const name of Object.keys(env)) if (name in schema || SERVICE_SETTINGS.test(name)) delete env[name];
    return {
      ...env,
      TMPDIR: this.temp,
      SERVICE_PORT: String(this.port),
      HISTORY_FOLDER: join(this.folder, 'history'),
      BASELINES_FOLDER: join(this.folder, 'baselines'),
      DASHBOARD_PORT: 'off',
      ...settings,
    };
  }

  /** Replaces placeholders in arguments by values of the lane. */
  arguments(given: readonly string[]): string[] {
    return given.map((one) => one.replace(KEPT_RUN, this.keptRun).replace(BLOBS, this.blobs));
  }

  /** The entries of its folder for temporary files, without caches. */
  leftFolders(): string[] {
    return readdirSync(this.temp).filter((name) => !CACHES.test(name));
  }

  /** Ends all its processes, by pid. */
  clear(): void {
    for (const { pid } of this.processes.living()) send(pid, 'SIGKILL');
  }

  clearFolders(): void {
    for (const name of this.leftFolders())
      rmSync(join(this.temp, name), { recursive: true, force: true, maxRetries: 5 });
  }

  /** The ids of its runs, the oldest first. */
  runIds(): string[] {
    try {
      return readdirSync(this.runs).sort();
    } catch {
      return []; // there was no run yet
    }
  }

  /** Removes the runs of earlier cases, to free the disk. */
  forgetRuns(): void {
    for (const id of this.runIds())
      if (id !== this.keptRun) rmSync(join(this.runs, id), { recursive: true, force: true });
  }

  /** A module of this lane's copy: it reads the reports of the lane. */
  import<T>(path: string): Promise<T> {
    return import(pathToFileURL(join(this.checkout, path)).href) as Promise<T>;
  }
}

/** The folder for lanes; its path is short because of PostgreSQL's socket. */
export function lanesPrefix(): string {
  return join(tmpdir(), 'torture-');
}
