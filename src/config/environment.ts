import { resolve } from 'node:path';
import { z } from 'zod';
import { UserError } from '../kernel/errors.ts';
import { hideSecret, withoutSecrets } from '../kernel/secrets.ts';
import { addedAuthorities, trustAuthorities } from '../kernel/trust.ts';
import { withExtraAuthorities } from './authorities.ts';
import { readEnvFile } from './env-file.ts';
import { misspelt, unknownNames, variableSlips } from './misspelt.ts';
import { isSecret, secretValues } from './public-settings.ts';
import { readSettings, type Settings, type Written } from './read-settings.ts';
import { type SettingName, schema } from './schema.ts';

let configured: Written = {};

/** Sets the values of the project's configuration: the environment and `.env` override them. */
export function configure(values: Written): void {
  configured = values;
}

/** The values of the project's configuration that neither the environment nor `.env` overrides. */
export function configuredBelow(above: Written): Written {
  if (above.TARGETS === undefined && above.TARGETS_FILE === undefined) return configured;
  // Two settings name the targets, and only one of them may be set.
  const { TARGETS: _, TARGETS_FILE: __, ...others } = configured;
  return others;
}

/** All set values: from the environment, or else from `.env`, or else from the project's configuration. */
function given(environment: Written): Written {
  const above = { ...readEnvFile(), ...present(environment) };
  return { ...configuredBelow(above), ...above };
}

/**
 * Reads the settings from the environment, then from `.env`, then from the project's configuration.
 * @param own values that override both, such as those of a load test; undefined removes one
 */
export function loadSettings(environment: Written = process.env, own: Written = {}): Settings {
  const file = readEnvFile();
  const variables = present(environment);
  const found = [...misspelt(file, '.env: '), ...variableSlips(variables, file).mistakes];
  const settings = readSettings({ ...given(environment), ...own }, found);
  for (const secret of secretValues(settings)) hideSecret(secret);
  const { authorities } = settings;
  trustAuthorities(authorities && withExtraAuthorities(authorities, environment.NODE_EXTRA_CA_CERTS));
  return settings;
}

/**
 * Warnings about names that are set and have no effect: variables that are nearly settings, and names in `.env` that are
 * no settings. Names that are clearly meant for this harness are mistakes of `loadSettings`.
 * @param contract the text of the contract file, which may read any name
 */
export function unusedNames(contract: string, environment: Written = process.env): string[] {
  const isRead = (name: string) => new RegExp(`\\b${escaped(name)}\\b`).test(contract);
  const file = readEnvFile();
  return [...variableSlips(present(environment), file).warnings, ...unknownNames(file, isRead)];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The values that a contract file may read as `env`: the environment and `.env`, with the default of the secret. */
export function contractEnvironment({ JWT_SECRET }: Pick<Settings, 'JWT_SECRET'>): Written {
  return { ...written(), JWT_SECRET };
}

/** Whether the setting is set. A default does not count. */
export function isGiven(name: keyof typeof schema): boolean {
  return written()[name] !== undefined;
}

/** Applies the settings of a contract file that are not set otherwise, for this process and its workers. */
export function adopt(values: Readonly<Partial<Record<keyof typeof schema, string>>>): void {
  const known = written();
  for (const [name, value] of Object.entries(values))
    if (known[name] === undefined) process.env[name] = value;
}

/** The environment with the values of a contract file for settings that are not set otherwise. */
export function withDefaults(values: Written, environment: Written): Written {
  return { ...values, ...given(environment) };
}

/** The number of this process in the run, over all its machines: on each, the main one first, then each worker. */
export function processPart({ workers, shard }: Pick<Run, 'workers' | 'shard'>): {
  index: number;
  of: number;
} {
  const place = process.env.TEST_PARALLEL_INDEX;
  const here = place === undefined ? 0 : Number(place) + 1;
  return { index: (shard.index - 1) * (workers + 1) + here, of: shard.of * (workers + 1) };
}

function written(): Written {
  return given(process.env);
}

/** Omits empty variables: shells and CI use them for "not set", so they must not hide the values in `.env`. */
export function present(variables: Written): Written {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim()));
}

/** The phases of a run that asks for nothing else, in their order. */
export const usualPhases = ['load', 'chaos', 'bench', 'conduct'] as const;

/** Phases that run only on request, alone: they take long, and load the service up to its limits. */
export const lonePhases = ['capacity', 'soak'] as const;

/** Whether the phase of this name runs alone. */
export function isLonePhase(name: string): boolean {
  return lonePhases.some((lone) => lone === name);
}

/** The possible phases of a run. */
export const phaseNames = [...usualPhases, ...lonePhases] as const;

/** Phases with a crowd: each worker hosts a slice of it, and a second project judges it. */
export const crowdPhases = ['load', ...lonePhases] as const;

export type CrowdPhase = (typeof crowdPhases)[number];

const phaseSchema = z.object({
  name: z.enum(phaseNames),
  /** The requested tests, if they are not the whole phase: their files, and the ends of their titles. */
  only: z.object({ files: z.array(z.string()), titles: z.array(z.string()) }).optional(),
});

/** A phase of a run. */
export type Phase = z.infer<typeof phaseSchema>;

/** The decisions of the main process for a run; workers inherit them through their environment. */
const runSchema = z.object({
  id: z.string(),
  /** The output folder of tests when the folder of the run cannot be written. */
  temporaryOutput: z.string().optional(),
  /** Workers that this machine runs at once, each with one slice of the crowd. */
  workers: z.number(),
  /** The part of the crowd that this machine runs, under Playwright's `--shard`. */
  shard: z.object({ index: z.number(), of: z.number() }),
  /** The requested phases, in their order; without it, all. A worker's command line does not have them. */
  phases: z.array(phaseSchema).optional(),
  /** Whether the team's projects run before the phases, or alone: then this is no run of fullhouse. */
  own: z.enum(['before', 'alone']).optional(),
  /** The port of the reference service to start; without it, a running service is used. */
  startsServiceOn: z.number().optional(),
  /** The seeded defects of an attached reference service, from its /health. */
  defects: z.string().optional(),
  /** Public keys of the service's certificates, which the authorities of SERVICE_CA have signed. */
  serviceKeys: z.array(z.string()).optional(),
});

export type Run = z.infer<typeof runSchema>;

/** The usual port of the dashboard. */
const DASHBOARD_PORT = 3333;
const OUTSIDE_A_RUN =
  'Start this test with `npx playwright test` in the folder of your playwright.config, or name the configuration with --config: it needs a run.';
const RUN = 'FULLHOUSE_RUN';
const COORDINATOR = 'FULLHOUSE_COORDINATOR';
const OFFERS = 'FULLHOUSE_OFFERS';
const PRIVATE_FOLDER = 'FULLHOUSE_PRIVATE_FOLDER';
const LOAD_TESTS = 'FULLHOUSE_LOAD_TESTS';

/** The run that this process belongs to, or undefined in the main process that has not begun one. */
export function currentRun(): Run | undefined {
  const written = process.env[RUN];
  return written === undefined ? undefined : runSchema.parse(JSON.parse(written));
}

/** The run that this process belongs to. @throws {UserError} outside of a run */
export function neededRun(): Run {
  const run = currentRun();
  if (run === undefined) throw new UserError(OUTSIDE_A_RUN);
  return run;
}

export function beginRun(run: Run): void {
  process.env[RUN] = JSON.stringify(run);
}

/** A run without tests: reports of other runs are merged under its id. */
export function beginMergedRun(id: string): Run {
  const run = mergedRun(id);
  beginRun(run);
  return run;
}

/** The variables with which a child process makes reports under this id. */
export function mergedRunEnvironment(id: string): Record<string, string> {
  return runEnvironment(mergedRun(id));
}

/** The variables that pass this run to a child process. */
export function runEnvironment(run: Run): Record<string, string> {
  return { [RUN]: JSON.stringify(run) };
}

function mergedRun(id: string): Run {
  return { id, workers: 0, shard: { index: 1, of: 1 }, phases: [] };
}

/** The phases of a run, in their order. */
export function phasesOf({ phases = usualPhases.map((name) => ({ name })) }: Pick<Run, 'phases'>): Phase[] {
  return phases;
}

/** The phase with the crowd of a run: its load, capacity search or soak; undefined if nothing is loaded. */
export function crowdPhaseOf(run: Pick<Run, 'phases'>): CrowdPhase | undefined {
  return crowdPhases.find((crowd) => phasesOf(run).some(({ name }) => name === crowd));
}

/**
 * Passes the secret to the service that Playwright starts, through the environment of this process: the text of
 * Playwright's configuration is written into reports.
 */
export function handOnSecret({ JWT_SECRET }: Pick<Settings, 'JWT_SECRET'>): void {
  process.env.JWT_SECRET = JWT_SECRET;
}

/**
 * Lets workers trust SERVICE_CA in Playwright's own request context: it takes no authorities, and Node reads
 * NODE_EXTRA_CA_CERTS when a process starts. `keep` writes a joined file if that variable already names another file.
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

/** Whether this process runs in continuous integration. */
export function isCi(): boolean {
  return !!process.env.CI;
}

/** A terminal that shows text and moves no cursor, such as the one of an editor. */
export function isDumbTerminal(): boolean {
  return process.env.TERM === 'dumb';
}

/** The port of the live dashboard, or null for none: without a terminal it starts only on request. */
export function dashboardPort({ DASHBOARD_PORT: port }: Pick<Settings, 'DASHBOARD_PORT'>): number | null {
  if (port === 'auto') return process.env.CI ? null : DASHBOARD_PORT;
  return port;
}

/**
 * How long the dashboard stays after the run. Without a terminal no user can end the wait, so it stays there only on
 * request.
 */
export function dashboardStay(
  { DASHBOARD_KEEP: keep }: Pick<Settings, 'DASHBOARD_KEEP'>,
  isTerminal = process.stdout.isTTY === true,
): 'no' | 'while read' | 'until read' {
  if (keep === 'auto') return isTerminal && !process.env.CI ? 'while read' : 'no';
  return keep ? 'until read' : 'no';
}

export function coordinatorAddress(): string {
  const address = process.env[COORDINATOR];
  if (address === undefined) throw new UserError(OUTSIDE_A_RUN);
  return address;
}

/**
 * The variables that a reference service inherits: its settings may be in the environment, and only it knows their
 * names. It gets neither this run's internal variables nor any secret, except the one that it needs.
 */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env);
  return Object.fromEntries(entries.filter(([name]) => !OURS.test(name) && !isSecretSetting(name)));
}

/**
 * Empty values for the variables that the service must not get: Playwright passes all variables of this process to the
 * service that it starts. The service needs JWT_SECRET.
 */
export function withheldFromService(): Record<string, string> {
  const names = Object.keys(process.env).filter((name) => isSecretSetting(name) && name !== 'JWT_SECRET');
  return Object.fromEntries(names.map((name) => [name, '']));
}

function isSecretSetting(name: string): boolean {
  return name in schema && isSecret(name as SettingName);
}

/** Variables of this harness and of its own processes, which others must not get. */
const OURS = /^(?:FULLHOUSE_|PLAYWRIGHT_|PW_|NODE_OPTIONS$|NODE_CHANNEL|TEST_(?:WORKER|PARALLEL)_INDEX$)/;

/** Every command needs these variables, so they are passed even if a secret is a part of them. */
const NEEDED = new Set(['PATH', 'HOME', 'USER', 'SHELL', 'LANG', 'TMPDIR']);

/** The environment of a user's commands: without our settings, and without variables that contain a secret. */
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

/** The names of the load tests that this run includes, for workers. */
export function announceLoadTests(names: readonly string[]): void {
  process.env[LOAD_TESTS] = JSON.stringify(names);
}

/** True also where nothing was announced: the command line may replace the reporter that does it. */
export function includesLoadTest(name: string): boolean {
  const written = process.env[LOAD_TESTS];
  return written === undefined || z.array(z.string()).parse(JSON.parse(written)).includes(name);
}

/** The folder of workers for files that must not outlive the run. */
export function announcePrivateFolder(path: string): void {
  process.env[PRIVATE_FOLDER] = path;
}

/** The offers of the service as JSON, for workers. */
export function announceOffers(offers: unknown): void {
  process.env[OFFERS] = JSON.stringify(offers);
}

/** The announced offers as JSON; undefined outside of a run. */
export function announcedOffers(): string | undefined {
  return process.env[OFFERS];
}

/** Undefined outside of a run, and in the main process until the run has begun. */
export function announcedPrivateFolder(): string | undefined {
  return process.env[PRIVATE_FOLDER];
}

export function privateFolder(): string {
  const path = announcedPrivateFolder();
  if (path === undefined) throw new UserError(OUTSIDE_A_RUN);
  return path;
}

/** Names Playwright's HTML report, unless the user has named it. Its reporter reads the variable at the end of a run. */
export function nameHtmlReport(title: string): void {
  process.env.PLAYWRIGHT_HTML_TITLE ||= title;
}

/** The folder in which Playwright writes its HTML report: the user may have named another one. */
export function htmlReportFolder(ours: string): string {
  const named = process.env.PLAYWRIGHT_HTML_OUTPUT_DIR || process.env.PLAYWRIGHT_HTML_REPORT;
  return named ? resolve(named) : ours;
}
