import { z } from 'zod';
import { durationMs, parseSchedule, type Schedule } from '../crowd/schedules/index.ts';
import { nearestWord, UserError } from '../kernel/errors.ts';
import { parseWrittenJson } from '../kernel/json.ts';
import { readText } from '../kernel/text-file.ts';
import { parseTargets, splitTargets } from '../targets/parse.ts';
import type { Target } from '../targets/target.ts';
import { isLoopback } from './addresses.ts';
import { readAuthorities } from './authorities.ts';
import {
  defaultBenchTargets,
  defaultCrowdTargets,
  defaultPageTargets,
  defaultTargets,
} from './default-targets.ts';
import { isSecret } from './public-settings.ts';
import { type SettingName, type SettingValues, schema } from './schema.ts';

/** The settings, with texts that have their own grammar already parsed. */
export interface Settings extends SettingValues {
  readonly schedule: Schedule;
  readonly targets: readonly Target[];
  readonly benchTargets: readonly Target[];
  /** The certificates in SERVICE_CA, as PEM. */
  readonly authorities?: string;
}

export type Written = Readonly<Record<string, string | undefined>>;

/**
 * Reads all settings from written values. Throws one UserError that names every mistake: the setting, its value
 * and what is allowed. A setting that is present but empty counts as absent.
 * @param found mistakes that were found before, to be reported together
 */
export function readSettings(written: Written, found: readonly string[] = []): Settings {
  const mistakes = [...found];
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const [name, definition] of Object.entries(schema) as [SettingName, Definition][]) {
    const value = plainValue(written[name], definition) || definition.default;
    if (value === undefined) continue;
    const result = definition.read.safeParse(value);
    if (result.success) values[name] = result.data;
    else mistakes.push(mistake(name, value, result.error.issues[0]?.message ?? 'another value'));
  }
  const settings = values as SettingValues;
  mistakes.push(...refusedHosts(settings), ...halfHooks(settings), ...unusedSources(settings));
  const schedule = attempt('SCHEDULE', mistakes, () => scheduleOf(settings));
  const targets = attempt('TARGETS', mistakes, () => targetsOf(settings));
  const { CAPACITY_LIMIT: limit } = settings;
  if (limit !== undefined) attempt('CAPACITY_LIMIT', mistakes, () => parseTargets(splitTargets(limit)));
  const benchTargets = attempt('BENCH_TARGETS', mistakes, () => benchTargetsOf(settings));
  const { SERVICE_CA: ca } = settings;
  const authorities =
    ca === undefined ? undefined : attempt('SERVICE_CA', mistakes, () => readAuthorities(ca));
  if (schedule && targets) mistakes.push(...hopelessTargets(targets, schedule, settings));
  if (mistakes.length > 0 || !schedule || !targets || !benchTargets) throw new UserError(mistakes.join('\n'));
  return { ...settings, schedule, targets, benchTargets, ...(authorities ? { authorities } : {}) };
}

type Definition = {
  readonly read: (typeof schema)[SettingName]['read'];
  readonly default?: string;
  readonly isCommand?: true;
};

/**
 * Removes the quotes that CI systems and `docker --env-file` leave around a value, like the reference service.
 */
function plainValue(written: string | undefined, definition: Definition): string | undefined {
  const value = written?.trim();
  if (definition.isCommand) return value;
  const bare = value?.replace(/^(["'])((?:(?!\1).)*)\1$/s, '$2');
  return bare === value ? value : plainValue(bare, definition);
}

function mistake(name: SettingName, value: string, rule: string): string {
  // Logs must not contain a secret, or an address that may contain one in its user or query.
  const isHidden = isSecret(name) || (name.endsWith('_URL') && /[@?#]/.test(value));
  return `${name}: ${isHidden ? 'the value given' : `"${value}"`} is not allowed. ${isHidden ? `Use ${rule}.` : remedy(value, rule)}`;
}

/** Enough choices to be read at once. */
const FEW = 10;

/** The allowed values, and the nearest one of several words; a long list only if no word is near. */
function remedy(value: string, rule: string): string {
  const choices = /^one of: (.+)$/.exec(rule)?.[1]?.split(', ') ?? [];
  const meant = nearestWord(value, choices);
  if (meant === undefined) return `Use ${rule}.`;
  return `Did you mean "${meant}"?${choices.length > FEW ? '' : ` Use ${rule}.`}`;
}

/** ALLOW_REMOTE must name every host except loopback, so that a typo does not put load on production. */
function refusedHosts(settings: Partial<SettingValues>): string[] {
  return (['MEETINGS_SERVICE_URL', 'WEBSOCKET_URL'] as const).flatMap((name) => {
    const refusal = refusedHost(name, settings[name], settings);
    return refusal === undefined ? [] : [refusal];
  });
}

/**
 * The addresses from a contract, if no setting has them. @throws {UserError} that names the place of each wrong one
 * @param where the file of the contract
 */
export function addressesOf(
  { url, socketUrl }: { readonly url: string | undefined; readonly socketUrl: string | undefined },
  where: string,
  settings: Pick<SettingValues, 'MEETINGS_SERVICE_URL' | 'WEBSOCKET_URL' | 'ALLOW_REMOTE'>,
): { MEETINGS_SERVICE_URL?: string; WEBSOCKET_URL?: string } {
  const given = [
    ['MEETINGS_SERVICE_URL', `${where}: service.url`, url],
    ['WEBSOCKET_URL', `${where}: service.socket.url`, socketUrl],
  ] as const;
  const found: { MEETINGS_SERVICE_URL?: string; WEBSOCKET_URL?: string } = {};
  const mistakes: string[] = [];
  for (const [name, place, written] of given) {
    if (written === undefined || settings[name] !== undefined) continue;
    const read = schema[name].read.safeParse(written);
    const refusal = read.success
      ? refusedHost(place, read.data, settings)
      : `${place}: "${written}" is not allowed. Use ${read.error.issues[0]?.message ?? 'another value'}.`;
    if (refusal === undefined) found[name] = written;
    else mistakes.push(refusal);
  }
  if (mistakes.length > 0) throw new UserError(mistakes.join('\n'));
  return found;
}

/** Why an address must not be called; undefined if it may. `where` names the setting. */
export function refusedHost(
  where: string,
  url: string | undefined,
  { ALLOW_REMOTE }: Partial<Pick<SettingValues, 'ALLOW_REMOTE'>>,
): string | undefined {
  if (url === undefined) return undefined;
  const host = new URL(url).hostname.toLowerCase();
  if (isLoopback(host) || ALLOW_REMOTE?.includes(host)) return undefined;
  const remedy = `If it is yours to load, set ALLOW_REMOTE=${host}.`;
  return `${where}: host "${host}" is not on this machine, so it is not loaded. ${remedy}`;
}

/** A stop command needs its start command: the end of the run always restarts the service. */
function halfHooks(settings: Partial<SettingValues>): string[] {
  return (['SERVICE', 'DATABASE', 'REDIS'] as const).flatMap((prefix) => {
    const [stop, start] = [`${prefix}_STOP_CMD`, `${prefix}_START_CMD`] as const;
    if ((settings[stop] === undefined) === (settings[start] === undefined)) return [];
    const [set, missing] = settings[stop] === undefined ? [start, stop] : [stop, start];
    return [`${set} is set, but ${missing} is not. Set both or neither.`];
  });
}

/** Playwright's own client cannot choose its source address. */
function unusedSources({ SOURCE_ADDRESSES, REQUEST_CONTEXT }: Partial<SettingValues>): string[] {
  if (REQUEST_CONTEXT !== 'playwright' || !SOURCE_ADDRESSES?.length) return [];
  return ['SOURCE_ADDRESSES is set, but REQUEST_CONTEXT=playwright cannot use it. Use REQUEST_CONTEXT=wire.'];
}

function attempt<T>(name: string, mistakes: string[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    mistakes.push(...error.message.split('\n').map((line) => `${name}: ${line}`));
    return undefined;
  }
}

function scheduleOf(settings: SettingValues): Schedule {
  return parseSchedule(settings.SCHEDULE, {
    // A refused setting is already reported; with its default, mistakes in the schedule are reported too.
    users: settings.CONCURRENT_USERS ?? 50,
    durationMs: (settings.TEST_DURATION ?? 60) * 1000,
    everyMs: settings.ARRIVAL_INTERVAL_MS,
    pauseMs: middle(settings.THINK_TIME_MS),
    seed: settings.SEED ?? 1,
  });
}

/** Undefined if the setting was refused. */
function middle(range: readonly [number, number] | undefined): number | undefined {
  return range && (range[0] + range[1]) / 2;
}

/** Enough for thousands of targets. */
const MOST_BYTES_OF_TARGETS = 1024 * 1024;

function targetsOf({ TARGETS, TARGETS_FILE, BROWSER_USERS }: SettingValues): Target[] {
  if (TARGETS !== undefined && TARGETS_FILE !== undefined) {
    throw new UserError('TARGETS and TARGETS_FILE are both set. Use one of them.');
  }
  if (TARGETS !== undefined) return parseTargets(splitTargets(TARGETS));
  if (TARGETS_FILE !== undefined) return parseTargets(Object.entries(targetsFile(TARGETS_FILE)));
  const ofPages = BROWSER_USERS > 0 ? Object.entries(defaultPageTargets) : [];
  const ifMeasured = parseTargets([...Object.entries(defaultCrowdTargets), ...ofPages]);
  return [
    ...parseTargets(Object.entries(defaultTargets)),
    ...ifMeasured.map((target) => ({ ...target, ifMeasured: true as const })),
  ];
}

/** A target that the run can never measure is a mistake of the settings: every service would miss it. */
function hopelessTargets(
  targets: readonly Target[],
  schedule: Schedule,
  { BROWSER_USERS, DRAIN_TIMEOUT }: Partial<SettingValues>,
): string[] {
  const seconds = durationMs(schedule) / 1000 + (DRAIN_TIMEOUT ?? 0);
  return targets.flatMap(({ text, operation = '', worstSeconds = 0 }) => [
    // All users arrive at once: the duration is not known before the run.
    ...(worstSeconds > seconds && schedule.kind !== 'simultaneously'
      ? [
          `TARGETS: target "${text}": the run has at most ${seconds} s. Use a shorter window, or a longer run.`,
        ]
      : []),
    ...(BROWSER_USERS === 0 && /^(traced\.)?page\./.test(operation)
      ? [`TARGETS: target "${text}": BROWSER_USERS=0 measures no pages. Use BROWSER_USERS=1 or more.`]
      : []),
  ]);
}

/** Each target of a benchmark needs its operation: each benchmark measures another one. */
function benchTargetsOf({ BENCH_TARGETS }: SettingValues): Target[] {
  const targets = parseTargets(
    BENCH_TARGETS === undefined ? Object.entries(defaultBenchTargets) : splitTargets(BENCH_TARGETS),
  );
  const mistakes = targets.flatMap(({ text, operation, worstSeconds }) => {
    const example = 'Write it like "meeting.get p95 < 100 ms"';
    if (operation === undefined) return [`Target "${text}" names no operation. ${example}.`];
    return worstSeconds === undefined
      ? []
      : [`Target "${text}": a benchmark has no worst window. ${example}.`];
  });
  if (mistakes.length > 0) throw new UserError(mistakes.join('\n'));
  return targets;
}

function targetsFile(path: string): Record<string, string> {
  try {
    return z.record(z.string(), z.string()).parse(parseWrittenJson(readText(path, MOST_BYTES_OF_TARGETS)));
  } catch (cause) {
    const reason =
      cause instanceof z.ZodError ? 'it does not map metrics to limits' : (cause as Error).message;
    const example = '{"latency p95": "< 500 ms"}';
    throw new UserError(`TARGETS_FILE "${path}" cannot be used: ${reason}. Write it like ${example}.`, {
      cause,
    });
  }
}
