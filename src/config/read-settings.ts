import { z } from 'zod';
import { durationMs, parseSchedule, type Schedule } from '../crowd/schedules/index.ts';
import { UserError } from '../kernel/errors.ts';
import { parseWrittenJson } from '../kernel/json.ts';
import { readText } from '../kernel/text-file.ts';
import { parseTargets, splitTargets, type Target } from '../targets/target.ts';
import { readAuthorities } from './authorities.ts';
import { isLoopback } from './loopback.ts';
import { isSecret } from './public-settings.ts';
import { type SettingName, type SettingValues, schema } from './schema.ts';

/** The settings, with the texts that have a grammar of their own already read. */
export interface Settings extends SettingValues {
  readonly schedule: Schedule;
  readonly targets: readonly Target[];
  readonly benchTargets: readonly Target[];
  /** The certificates in SERVICE_CA, as PEM. */
  readonly authorities?: string;
}

export type Written = Readonly<Record<string, string | undefined>>;

/** What the users of a meetings service ask of it, unless TARGETS or TARGETS_FILE say otherwise. */
const defaultTargets = {
  'latency avg': '< 200 ms',
  'latency p95': '< 500 ms',
  'latency p99': '< 1000 ms',
  'error rate': '< 1 %',
};

/**
 * What a pooled latency does not show: one slow operation among many quick ones, room events, connections and sessions.
 * Judged where there is something to judge.
 */
const defaultCrowdTargets = {
  'each operation p95': '< 1000 ms',
  'events lost': '< 0.1 %',
  'events late': '< 1 %',
  'events twice': '< 0.1 %',
  'connections lost': '<= 1 %',
  'sessions completed': '>= 99 %',
  'users reached': '>= 90 %',
  'wrong answers': '<= 0',
};

/**
 * What people in browsers expect: the web vitals' own limits, at the share of visits that those are judged at
 * (web.dev/articles/vitals). Few sessions fit into a short run; there, what has no samples is not judged.
 */
const defaultPageTargets = {
  'page.session error rate': '< 5 %',
  'page.join p75': '< 3000 ms',
  'page.hand-visible p95': '< 1000 ms',
  'page.lcp p75': '< 2500 ms',
  'page.inp p75': '< 200 ms',
};

/** P95 of one call at a time, with nobody else around. */
const defaultBenchTargets = {
  'health.get p95': '< 50 ms',
  'meeting.create p95': '< 200 ms',
  'meeting.get p95': '< 100 ms',
  'meeting.join p95': '< 200 ms',
  'meeting.list p95': '< 150 ms',
  'network.report p95': '< 100 ms',
  'socket.connect p95': '< 200 ms',
  'room.enter p95': '< 100 ms',
  'event.delivery p95': '< 100 ms',
};

/**
 * Reads all settings from written values. Throws one UserError that names every mistake: the setting, its value
 * and what is allowed. A setting that is present but empty counts as absent.
 * @param found mistakes that were found before, to be named with the others
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

/** Without the quotes that CI systems and `docker --env-file` leave around a value, as the reference service reads it. */
function plainValue(written: string | undefined, definition: Definition): string | undefined {
  const value = written?.trim();
  if (definition.isCommand) return value;
  const bare = value?.replace(/^(["'])((?:(?!\1).)*)\1$/s, '$2');
  return bare === value ? value : plainValue(bare, definition);
}

function mistake(name: SettingName, value: string, rule: string): string {
  // A secret, or an address that may hold one, in its user or its query, does not belong into a log.
  const isHidden = isSecret(name) || (name.endsWith('_URL') && /[@?#]/.test(value));
  return `${name}: ${isHidden ? 'the value given' : `"${value}"`} is not allowed. Use ${rule}.`;
}

/** Nobody floods production by a typo: every host but loopback has to be named in ALLOW_REMOTE. */
function refusedHosts(settings: Partial<SettingValues>): string[] {
  return (['MEETINGS_SERVICE_URL', 'WEBSOCKET_URL'] as const).flatMap((name) => {
    const refusal = refusedHost(name, settings[name], settings);
    return refusal === undefined ? [] : [refusal];
  });
}

/**
 * The addresses that a contract gives where no setting does. @throws {UserError} that names where each wrong one stands
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

/** Why an address is not called; undefined where it may be. `where` is what it was given as. */
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

/** What is stopped has to be started again, by whatever ends the run. */
function halfHooks(settings: Partial<SettingValues>): string[] {
  return (['SERVICE', 'DATABASE', 'REDIS'] as const).flatMap((prefix) => {
    const [stop, start] = [`${prefix}_STOP_CMD`, `${prefix}_START_CMD`] as const;
    if ((settings[stop] === undefined) === (settings[start] === undefined)) return [];
    const [set, missing] = settings[stop] === undefined ? [start, stop] : [stop, start];
    return [`${set} is set, and ${missing} is not: set both, or none.`];
  });
}

/** Playwright's own client cannot choose where its connections come from. */
function unusedSources({ SOURCE_ADDRESSES, REQUEST_CONTEXT }: Partial<SettingValues>): string[] {
  if (REQUEST_CONTEXT !== 'playwright' || !SOURCE_ADDRESSES?.length) return [];
  return ['SOURCE_ADDRESSES is set, and REQUEST_CONTEXT=playwright cannot use it. Use REQUEST_CONTEXT=wire.'];
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
    // A setting that was refused is reported already; its default lets the schedule be read all the same.
    users: settings.CONCURRENT_USERS ?? 50,
    durationMs: (settings.TEST_DURATION ?? 60) * 1000,
    everyMs: settings.ARRIVAL_INTERVAL_MS,
    pauseMs: middle(settings.THINK_TIME_MS),
    seed: settings.SEED ?? 1,
  });
}

/** Undefined where the setting was refused. */
function middle(range: readonly [number, number] | undefined): number | undefined {
  return range && (range[0] + range[1]) / 2;
}

/** Thousands of targets fit into this. */
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

/** What the run can never measure is a mistake of the settings: it would be a missed target of every service. */
function hopelessTargets(
  targets: readonly Target[],
  schedule: Schedule,
  { BROWSER_USERS, DRAIN_TIMEOUT }: Partial<SettingValues>,
): string[] {
  const seconds = durationMs(schedule) / 1000 + (DRAIN_TIMEOUT ?? 0);
  return targets.flatMap(({ text, operation = '', worstSeconds = 0 }) => [
    // Everybody arrives at once: how long that takes, nobody knows before.
    ...(worstSeconds > seconds && schedule.kind !== 'simultaneously'
      ? [
          `TARGETS: target "${text}": the run has at most ${seconds} s. Use a shorter stretch, or a longer run.`,
        ]
      : []),
    ...(BROWSER_USERS === 0 && /^(traced\.)?page\./.test(operation)
      ? [`TARGETS: target "${text}": BROWSER_USERS=0 leaves pages out. Use BROWSER_USERS=1 or more.`]
      : []),
  ]);
}

/** Of benchmarks together nothing can be said: each is of another operation. */
function benchTargetsOf({ BENCH_TARGETS }: SettingValues): Target[] {
  const targets = parseTargets(
    BENCH_TARGETS === undefined ? Object.entries(defaultBenchTargets) : splitTargets(BENCH_TARGETS),
  );
  const mistakes = targets.flatMap(({ text, operation, worstSeconds }) => {
    const example = 'Write it like "meeting.get p95 < 100 ms"';
    if (operation === undefined) return [`Target "${text}": no operation is named. ${example}.`];
    return worstSeconds === undefined
      ? []
      : [`Target "${text}": a benchmark has no worst stretch. ${example}.`];
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
