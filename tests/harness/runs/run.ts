import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Summary, summarySchema } from '../../../src/results/summary/schema.ts';

const root = join(import.meta.dirname, '../../..');
const runs = join(root, 'reports/runs');

/** The settings of a small and short run that still has all its parts. */
const quick = {
  TEST_DURATION: '4',
  CONCURRENT_USERS: '6',
  REQUESTS_PER_USER: '4',
  THINK_TIME_MS: '100..300',
  BROWSER_USERS: '0',
  DASHBOARD_PORT: 'off',
  // The tests judge the harness, not the service: there are few samples, and other tests run beside it.
  TARGETS: 'p95 < 5000 ms; error rate < 1 %',
};

/** A separate history and HTML report for each run. */
function ownPast() {
  const folder = `reports/harness/past/${randomUUID()}`;
  return {
    HISTORY_FOLDER: `${folder}/history`,
    BASELINES_FOLDER: `${folder}/baselines`,
    PLAYWRIGHT_HTML_OUTPUT_DIR: join(root, folder, 'html'),
  };
}

/**
 * The environment of these tests, without variables of their runner, and without alerts, because defects are intended.
 */
export function outerEnvironment(): NodeJS.ProcessEnv {
  const { MEETINGS_SERVICE_URL: _, FULLHOUSE_RUN: __, ...env } = process.env;
  for (const name of Object.keys(env))
    if (/^(TEST_|PW_|PLAYWRIGHT_|FORCE_COLOR|GITHUB_|ALERT_)/.test(name)) delete env[name];
  return env;
}

export interface Outcome {
  readonly code: number | null;
  /** Without the line breaks at 80 columns. */
  readonly output: string;
  /** Undefined when the run ended before it began. */
  readonly id: string | undefined;
  readonly summary: Summary | undefined;
}

/** A `playwright test` in its own process group, started as a user does. By default, it is a load run. */
export class Run {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #printed = new EventEmitter();
  output = '';

  constructor(
    settings: Record<string, string> = {},
    args: readonly string[] = ['--project=load', '--workers=2'],
    /** A program with its arguments that starts the run with limited resources. */
    through: readonly string[] = [],
  ) {
    const [program, ...rest] = [
      ...through,
      process.execPath,
      'node_modules/playwright/cli.js',
      'test',
      ...args,
    ];
    this.#child = spawn(program!, rest, {
      cwd: root,
      env: { ...outerEnvironment(), ...quick, ...ownPast(), ...settings },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#closed = once(this.#child, 'close');
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        this.#printed.emit('text');
      });
    }
    // A test with a timeout ends its process. The run must end with it.
    const kill = () => process.kill(-this.pid, 'SIGKILL');
    process.once('exit', kill);
    void this.#closed.then(() => {
      process.off('exit', kill);
      this.#printed.emit('text');
    });
  }

  /** Resolves when the run has printed this text; rejects if the run ends without it. */
  async prints(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`The run ended and has not printed "${text}":\n${this.output}`);
      await once(this.#printed, 'text');
    }
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** The commands of all child processes and their children, by pid. */
  get descendants(): Map<number, string> {
    return descendantsOf(this.pid);
  }

  /** Sends SIGINT to every process of the group, as Ctrl-C in a terminal does. */
  interrupt(): void {
    process.kill(-this.pid, 'SIGINT');
  }

  async end(): Promise<Outcome> {
    await this.#closed;
    const id = /^Run +(\S+)$/m.exec(this.output)?.[1];
    const path = join(runs, id ?? 'none', 'summary.json');
    const summary = existsSync(path)
      ? summarySchema.parse(JSON.parse(readFileSync(path, 'utf8')))
      : undefined;
    return { code: this.#child.exitCode, output: unwrapped(this.output), id, summary };
  }
}

/** The output without its line breaks at 80 columns: a line that is indented more continues a line that was full. */
export function unwrapped(output: string): string {
  const indentOf = (line: string) => line.length - line.trimStart().length;
  const lines: string[] = [];
  let last = '';
  for (const line of output.split('\n')) {
    const [word = ''] = line.trim().split(' ');
    const isFull = last.length + 1 + word.length > 76;
    if (isFull && word !== '' && lines.length > 0 && indentOf(line) > indentOf(lines.at(-1)!))
      lines[lines.length - 1] += ` ${line.trim()}`;
    else lines.push(line);
    last = line;
  }
  return lines.join('\n');
}

export function run(settings?: Record<string, string>, args?: readonly string[]): Promise<Outcome> {
  return new Run(settings, args).end();
}

/** Reads /proc, so these tests need Linux. */
function descendantsOf(pid: number): Map<number, string> {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) && readProc(`${entry}/stat`);
    const parent = stat && /\) \S (\d+)/.exec(stat)?.[1];
    if (parent) children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(entry)]);
  }
  const found = new Map<number, string>();
  const visit = (process: number) => {
    for (const child of children.get(process) ?? []) {
      found.set(child, readProc(`${child}/cmdline`).replaceAll('\0', ' '));
      visit(child);
    }
  };
  visit(pid);
  return found;
}

/** The processes of `seen` that are still alive, without zombies. */
export function survivors(seen: ReadonlyMap<number, string>): string[] {
  return [...seen]
    .filter(([pid]) => /\) [^ZX] /.test(readProc(`${pid}/stat`)))
    .map(([pid, name]) => `${pid} ${name}`);
}

function readProc(path: string): string {
  try {
    return readFileSync(join('/proc', path), 'utf8');
  } catch {
    return ''; // the process has ended
  }
}
