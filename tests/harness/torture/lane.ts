import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { schema } from '../../../src/config/schema.ts';
import { outerEnvironment } from '../runs/run.ts';
import { LaneProcesses, send } from './processes.ts';
import { BLOBS, KEPT_RUN } from './programs.ts';

const root = join(import.meta.dirname, '../../..');

/** What a checkout has and a copy of it does not need. */
const LEFT_OUT = ['node_modules', 'reports', 'test-results', '.git'];

/** Caches of tools, by content: each run uses them again. */
const CACHES = /^(playwright-transform-cache-|tsx-|node-compile-cache|jiti$)/;

/** Settings of the reference service, which would decide what is run here. */
const SERVICE_SETTINGS = /^(DATABASE_|RATE_LIMIT_|SERVICE_|PING_|GHOST_GRACE_MS|LOG_LEVEL)/;

/**
 * A place where one run at a time is tortured: a copy of the checkout, with its own reports and history, and a folder
 * for temporary files. By this place its processes and its remains are recognised.
 */
export class Lane {
  readonly number: number;
  readonly folder: string;
  /** The port of its reference service. */
  readonly port: number;
  readonly processes: LaneProcesses;
  /** A healthy run, of which reports are made. */
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

  /** What a run of this lane gets: nothing of the caller's settings, and these ones. */
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

  /** Arguments in which names stand for what only the lane knows. */
  arguments(given: readonly string[]): string[] {
    return given.map((one) => one.replace(KEPT_RUN, this.keptRun).replace(BLOBS, this.blobs));
  }

  /** What lies in its folder for temporary files and is no cache. */
  leftFolders(): string[] {
    return readdirSync(this.temp).filter((name) => !CACHES.test(name));
  }

  /** Ends all its processes, by their numbers. */
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
      return []; // nothing was run yet
    }
  }

  /** Removes what earlier cases left of their runs: the disk is not for ever. */
  forgetRuns(): void {
    for (const id of this.runIds())
      if (id !== this.keptRun) rmSync(join(this.runs, id), { recursive: true, force: true });
  }

  /** A module of this lane's copy: it reads the reports of the lane. */
  import<T>(path: string): Promise<T> {
    return import(pathToFileURL(join(this.checkout, path)).href) as Promise<T>;
  }
}

/** Where lanes are made; short, for the path of PostgreSQL's socket. */
export function lanesPrefix(): string {
  return join(tmpdir(), 'torture-');
}
