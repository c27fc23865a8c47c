import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { outerEnvironment } from '../runs/run.ts';
import { packInto, stagedOnce } from './staged.ts';

/** A small run that still can pass: the tests judge the package, not the service. */
const QUICK = {
  CONCURRENT_USERS: '6',
  TEST_DURATION: '3',
  REQUESTS_PER_USER: '4',
  THINK_TIME_MS: '100..300',
  BROWSER_USERS: '0',
  DASHBOARD_PORT: 'off',
  ITERATIONS: '20',
  BENCH_WARMUP: '20',
  TARGETS: 'p95 < 5000 ms; error rate < 1 %',
};

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

interface Options {
  /** A folder below the repository in which the command starts. */
  readonly inside?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A repository of a team outside of this checkout, with the packed fullhouse as its dependency. */
export class TeamRepository {
  /** Programs of these folders come first, such as another version of Node. */
  path: readonly string[] = [];
  environment: Readonly<Record<string, string>> = {};

  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  remove(...paths: readonly string[]): void {
    for (const path of paths) rmSync(join(this.folder, path), { recursive: true, force: true });
  }

  exists(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  /** Starts a program in its own process group, as a shell does. It ends with this process. */
  start(program: string, args: readonly string[], { inside = '', environment = {} }: Options = {}): Started {
    const { npm_config_local_prefix: _, NODE_OPTIONS: __, ...outer } = outerEnvironment();
    const child = spawn(program, args, {
      cwd: join(this.folder, inside),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...Object.fromEntries(
          Object.entries(outer).filter(([name]) => !/^npm_/i.test(name) || name === 'npm_config_registry'),
        ),
        ...QUICK,
        ...this.environment,
        ...environment,
        PATH: [...this.path, process.env.PATH].join(':'),
      },
    });
    return new Started(child);
  }

  /** Runs a program to its end. */
  async run(program: string, args: readonly string[], options: Options = {}): Promise<Ended> {
    const port =
      options.environment?.SERVICE_PORT ?? this.environment.SERVICE_PORT ?? String(await freePort());
    return this.start(program, args, {
      ...options,
      environment: { SERVICE_PORT: port, ...options.environment },
    }).end();
  }

  /** `npx playwright test …` */
  playwright(args: string, options?: Options): Promise<Ended> {
    return this.run('npx', ['playwright', 'test', ...args.split(' ').filter(Boolean)], options);
  }

  /** `npx fullhouse …` */
  fullhouse(args: string, options?: Options): Promise<Ended> {
    return this.run('npx', ['fullhouse', ...args.split(' ').filter(Boolean)], options);
  }

  /** A folder beside the repository. */
  beside(name: string): TeamRepository {
    return new TeamRepository(join(dirname(this.folder), name));
  }

  /** The same repository in another folder; installed packages are hard links. */
  copy(folder: string): TeamRepository {
    mkdirSync(dirname(folder), { recursive: true });
    execFileSync('cp', ['-al', this.folder, folder]);
    // A hard link to a file that a test changes would change it in each copy.
    for (const name of [
      'package.json',
      'playwright.config.ts',
      'tests',
      'journeys',
      'faults',
      'contract.yaml',
    ]) {
      if (!existsSync(join(this.folder, name))) continue;
      rmSync(join(folder, name), { recursive: true });
      cpSync(join(this.folder, name), join(folder, name), { recursive: true });
    }
    const copy = new TeamRepository(folder);
    copy.path = this.path;
    copy.environment = this.environment;
    return copy;
  }
}

/** A program that runs. */
class Started {
  readonly #closed: Promise<unknown>;
  output = '';

  constructor(readonly child: ChildProcess) {
    this.#closed = once(child, 'close');
    for (const stream of [child.stdout!, child.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        child.emit('printed');
      });
    const kill = () => this.signal('SIGKILL');
    process.once('exit', kill);
    void this.#closed.then(() => process.off('exit', kill));
  }

  /** Sends a signal to the whole group, as a terminal does. */
  signal(name: NodeJS.Signals): void {
    try {
      process.kill(-this.child.pid!, name);
    } catch {
      // It has ended.
    }
  }

  /** Resolves when the program has printed this text, or has ended. */
  async prints(text: string): Promise<void> {
    const closed = this.#closed.then(() => true);
    while (!this.output.includes(text))
      if (await Promise.race([closed, once(this.child, 'printed').then(() => false)])) return;
  }

  async end(): Promise<Ended> {
    await this.#closed;
    return { code: this.child.exitCode, output: this.output };
  }
}

/** A folder for repositories of teams, in which nothing of this checkout is found. */
export function outsideFolder(): string {
  return mkdtempSync(join(tmpdir(), 'fullhouse-team-'));
}

/**
 * A new repository with the packed package, installed by npm as a team does. The user's npm configuration decides from
 * where.
 */
export async function installedTeam(folder: string, description: object = {}): Promise<TeamRepository> {
  await stagedOnce();
  const packed = packInto(folder);
  const team = new TeamRepository(join(folder, 'team'));
  team.write({ 'package.json': JSON.stringify({ name: 'team', version: '1.0.0', ...description }) });
  const { code, output } = await team.run('npm', [
    ...['install', '--save-dev', '--prefer-offline', '--no-audit', '--no-fund', packed],
  ]);
  if (code !== 0) throw new Error(`npm cannot install the package:\n${output}`);
  return team;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
