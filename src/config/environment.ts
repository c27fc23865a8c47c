import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { UserError } from '../kernel/errors.ts';
import { hideSecret, withoutSecrets } from '../kernel/secrets.ts';
import { addedAuthorities, trustAuthorities } from '../kernel/trust.ts';
import { withExtraAuthorities } from './authorities.ts';
import { secretValues } from './public-settings.ts';
import { readSettings, type Settings, type Written } from './read-settings.ts';
import { schema } from './schema.ts';

/** Reads the settings from the environment, and from `.env` where the environment is silent. */
export function loadSettings(environment: Written = process.env): Settings {
  const settings = readSettings({ ...dotenv(), ...present(environment) });
  for (const secret of secretValues(settings)) hideSecret(secret);
  const { authorities } = settings;
  trustAuthorities(authorities && withExtraAuthorities(authorities, environment.NODE_EXTRA_CA_CERTS));
  return settings;
}

function dotenv(): Record<string, string | undefined> {
  return existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {};
}

/** What a contract file may read as `env`: the environment and `.env`, with the default of the secret. */
export function contractEnvironment({ JWT_SECRET }: Pick<Settings, 'JWT_SECRET'>): Written {
  return { ...dotenv(), ...present(process.env), JWT_SECRET };
}

/** Settings that a contract file gives, where nobody has set them: for this process and its workers. */
export function adopt(values: Readonly<Partial<Record<keyof typeof schema, string>>>): void {
  const written = { ...dotenv(), ...present(process.env) };
  for (const [name, value] of Object.entries(values))
    if (written[name] === undefined) process.env[name] = value;
}

/** Which of the processes of a run this is, over all its machines: on each, the main one first, then each worker. */
export function processPart({ workers, shard }: Pick<Run, 'workers' | 'shard'>): {
  index: number;
  of: number;
} {
  const place = process.env.TEST_PARALLEL_INDEX;
  const here = place === undefined ? 0 : Number(place) + 1;
  return { index: (shard.index - 1) * (workers + 1) + here, of: shard.of * (workers + 1) };
}

/** An empty variable is how shells and CI say "not set": it must not hide the one in `.env`. */
function present(variables: Written): Written {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim()));
}

/** What the main process decides once for a run; workers inherit it through their environment. */
const runSchema = z.object({
  id: z.string(),
  /** Workers that this machine runs at once, each with one share of the crowd. */
  workers: z.number(),
  /** The part of the crowd that this machine runs, under Playwright's `--shard`. */
  shard: z.object({ index: z.number(), of: z.number() }),
  /** A shard that was asked for no phase: what else there is needs no second machine, and each would do all of it. */
  loadsAlone: z.boolean().optional(),
  /** Where the reference service is started; without it, a service that runs already is used. */
  startsServiceOn: z.number().optional(),
  /** Seeded into the reference service that is attached, as its /health says. */
  defects: z.string().optional(),
  /** Public keys of the service's certificates, which the authorities of SERVICE_CA have signed. */
  serviceKeys: z.array(z.string()).optional(),
});

export type Run = z.infer<typeof runSchema>;

/** Where the dashboard is looked for. */
const DASHBOARD_PORT = 3333;
const OUTSIDE_A_RUN = 'This test needs a run around it. Start it with `npx playwright test`, not on its own.';
const RUN = 'FULLHOUSE_RUN';
const COORDINATOR = 'FULLHOUSE_COORDINATOR';
const OFFERS = 'FULLHOUSE_OFFERS';
const PRIVATE_FOLDER = 'FULLHOUSE_PRIVATE_FOLDER';

/** The run that this process belongs to, or undefined in the main process that has not begun one. */
export function currentRun(): Run | undefined {
  const written = process.env[RUN];
  return written === undefined ? undefined : runSchema.parse(JSON.parse(written));
}

export function beginRun(run: Run): void {
  process.env[RUN] = JSON.stringify(run);
}

/** A run in which nothing runs: reports of others are brought together under its id. */
export function beginMergedRun(id: string): Run {
  const run = mergedRun(id);
  beginRun(run);
  return run;
}

/** The variables with which a child process makes reports under this id. */
export function mergedRunEnvironment(id: string): Record<string, string> {
  return { [RUN]: JSON.stringify(mergedRun(id)) };
}

function mergedRun(id: string): Run {
  return { id, workers: 0, shard: { index: 1, of: 1 } };
}

/**
 * Hands the secret on to the service that Playwright starts, through the environment of this process: what stands in
 * Playwright's configuration is written into reports.
 */
export function handOnSecret({ JWT_SECRET }: Pick<Settings, 'JWT_SECRET'>): void {
  process.env.JWT_SECRET = JWT_SECRET;
}

/**
 * Lets workers trust SERVICE_CA in Playwright's own request context: it takes no authorities, and Node reads
 * NODE_EXTRA_CA_CERTS when a process starts. `keep` writes a file, for when that variable names another one already.
 */
export async function handOnAuthorities(
  { SERVICE_CA }: Pick<Settings, 'SERVICE_CA'>,
  keep: (pem: string) => Promise<string>,
): Promise<void> {
  const pem = addedAuthorities();
  if (SERVICE_CA === undefined || pem === undefined) return;
  const path = process.env.NODE_EXTRA_CA_CERTS ? await keep(pem) : SERVICE_CA;
  process.env.NODE_EXTRA_CA_CERTS = resolve(path);
}

/** Sets the address of the service that was found or started, for this process and its workers. */
export function serviceFoundAt(url: string): void {
  process.env.MEETINGS_SERVICE_URL = url;
}

/** A terminal that shows text and moves no cursor, such as the one of an editor. */
export function isDumbTerminal(): boolean {
  return process.env.TERM === 'dumb';
}

/** The port of the live dashboard, or null for none: where nobody sits in front of it, it has to be asked for. */
export function dashboardPort({ DASHBOARD_PORT: port }: Pick<Settings, 'DASHBOARD_PORT'>): number | null {
  if (port === 'auto') return process.env.CI ? null : DASHBOARD_PORT;
  return port;
}

export function coordinatorAddress(): string {
  const address = process.env[COORDINATOR];
  if (address === undefined) throw new UserError(OUTSIDE_A_RUN);
  return address;
}

/** What a child process gets: everything but what Playwright tells its own workers. */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...environment } = process.env;
  return environment;
}

/** Variables of this harness and of the processes that it runs in: nobody else's business. */
const OURS = /^(?:FULLHOUSE_|PLAYWRIGHT_|PW_|NODE_OPTIONS$|NODE_CHANNEL|TEST_(?:WORKER|PARALLEL)_INDEX$)/;

/** Without these no command works, and a secret that is a part of them is none. */
const NEEDED = new Set(['PATH', 'HOME', 'USER', 'SHELL', 'LANG', 'TMPDIR']);

/** What the commands of a user get: the environment without our settings, and without whatever holds a secret. */
export function environmentOfHooks(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name, value = '']) =>
        NEEDED.has(name) || (!(name in schema) && !OURS.test(name) && withoutSecrets(value) === value),
    ),
  );
}

export function announceCoordinator(address: string): void {
  process.env[COORDINATOR] = address;
}

/** Where workers put what must not outlive the run. */
export function announcePrivateFolder(path: string): void {
  process.env[PRIVATE_FOLDER] = path;
}

/** What the service offers, as JSON, for workers. */
export function announceOffers(offers: unknown): void {
  process.env[OFFERS] = JSON.stringify(offers);
}

/** As JSON; undefined outside of a run. */
export function announcedOffers(): string | undefined {
  return process.env[OFFERS];
}

export function privateFolder(): string {
  const path = process.env[PRIVATE_FOLDER];
  if (path === undefined) throw new UserError(OUTSIDE_A_RUN);
  return path;
}

/** `--workers` and `--shard` as Playwright reads them from its command line. */
export function commandLine(args: readonly string[] = process.argv): Pick<Run, 'workers' | 'shard'> {
  const workers = option(args, '--workers', '-j');
  const shard = /^(\d+)\/(\d+)$/.exec(option(args, '--shard') ?? '');
  return {
    workers: workers === undefined ? defaultWorkers() : countOf(workers),
    shard: shard ? { index: Number(shard[1]), of: Number(shard[2]) } : { index: 1, of: 1 },
  };
}

/** Whether the command line asks for some of the phases: by `--project`, or by files of one phase alone. */
export function choosesPhase(args: readonly string[] = process.argv): boolean {
  return option(args, '--project') !== undefined || new Set(phasesOfFiles(args)).size === 1;
}

/** Whether the command line leaves the load test in: neither a project nor files of other phases are asked for. */
export function mayLoad(args: readonly string[] = process.argv): boolean {
  const project = option(args, '--project');
  if (project !== undefined) return /^load\b|[*?]/.test(project);
  const phases = phasesOfFiles(args);
  return phases.length === 0 || phases.includes('load');
}

function phasesOfFiles(args: readonly string[]): string[] {
  return args.flatMap((arg) => /^(?:\.\/)?tests\/(load|chaos|bench|conduct)\b/.exec(arg)?.[1] ?? []);
}

/** One worker hosts many participants, so more workers than cores only fight each other. */
function defaultWorkers(): number {
  return Math.max(1, Math.min(4, availableParallelism()));
}

/** The value of an option, the last one where it is given twice; what follows `--` is none. */
function option(args: readonly string[], ...names: string[]): string | undefined {
  const end = args.indexOf('--');
  let found: string | undefined;
  for (const [position, arg] of (end < 0 ? args : args.slice(0, end)).entries()) {
    for (const name of names) {
      if (arg === name) found = args[position + 1];
      else if (arg.startsWith(`${name}=`)) found = arg.slice(name.length + 1);
      else if (name === '-j' && /^-j\d+%?$/.test(arg)) found = arg.slice(2);
    }
  }
  return found;
}

function countOf(workers: string): number {
  const percent = /^(\d+)%$/.exec(workers);
  const count = percent ? Math.floor((cpus().length * Number(percent[1])) / 100) : Number(workers);
  // Playwright refuses what is no number with a sentence of its own.
  return Number.isInteger(count) ? Math.max(1, count) : 1;
}
