import { isIP } from 'node:net';
import { z } from 'zod';
import { type Allowance, type Allowances, type Group, groups, LIMITS } from './allowances.ts';
import { DEFECT_RULE, type Defects, parseDefects } from './defects/catalogue.ts';
import { readEnvFile } from './env-file.ts';
import { ConfigError } from './start-error.ts';
import { styleNames } from './style/styles.ts';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

type LimitSetting = `RATE_LIMIT_${Uppercase<Group>}`;
const limitSettingOf = (group: Group) => `RATE_LIMIT_${group.toUpperCase()}` as LimitSetting;

const allowance = (byContract: string) =>
  setting('calls per window in seconds, such as 20/300s', (text): Allowance | undefined => {
    const [, max, seconds] = /^([1-9]\d{0,8})\/([1-9]\d{0,5})s$/.exec(text) ?? [];
    return max && seconds ? { max: Number(max), windowMs: Number(seconds) * 1000 } : undefined;
  }).prefault(byContract);

const limitSettings = Object.fromEntries(
  groups.map((group) => [limitSettingOf(group), allowance(LIMITS[group])]),
) as Record<LimitSetting, ReturnType<typeof allowance>>;

const schema = z.object({
  SERVICE_HOST: setting('an IP address or localhost, such as 127.0.0.1', (text) => {
    // One address, because Fastify would listen on every address of the name, but Socket.IO only on the first.
    const host = text === 'localhost' ? '127.0.0.1' : text;
    return isIP(host) ? host : undefined;
  }).prefault('127.0.0.1'),
  SERVICE_PORT: wholeNumber(0, 65_535, ' (0 takes any free port)').prefault('3002'),
  DATABASE_URL: setting(
    'a PostgreSQL address, such as postgres://user:password@127.0.0.1:5432/meetings',
    (text) => (/^postgres(ql)?:\/\/\S+$/.test(text) ? text : undefined),
  ).optional(),
  // The service creates its own database there and removes it at its end. DATABASE_URL has priority. A killed service
  // leaves its database behind, so the server should be for tests.
  DATABASE_SERVER_URL: setting(
    'the address of a PostgreSQL server, such as postgres://user:password@127.0.0.1:5432/postgres',
    (text) => (/^postgres(ql)?:\/\/\S+$/.test(text) ? text : undefined),
  ).optional(),
  DATABASE_POOL_SIZE: wholeNumber(1, 500).prefault('20'),
  JWT_SECRET: z.string().default('change-me'),
  RATE_LIMIT_FACTOR: setting('a number from 0 (no limits) to 1000000', (text) => {
    const factor = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    return factor <= 1_000_000 ? factor : undefined;
  }).prefault('1'),
  ...limitSettings,
  PING_INTERVAL_MS: wholeNumber(50, 600_000, ' milliseconds').prefault('25000'),
  PING_TIMEOUT_MS: wholeNumber(50, 600_000, ' milliseconds').prefault('20000'),
  GHOST_GRACE_MS: wholeNumber(0, 600_000, ' milliseconds').prefault('10000'),
  LOG_LEVEL: setting(`one of ${LOG_LEVELS.join(', ')}`, (text) =>
    LOG_LEVELS.includes(text) ? text : undefined,
  ).optional(),
  SERVICE_OWNER: setting('1 to 100 printable ASCII characters, such as run-42', (text) =>
    /^[\x20-\x7e]{1,100}$/.test(text) ? text : undefined,
  ).optional(),
  SERVICE_OWNER_PID: wholeNumber(1, 4_194_304, ', the id of a running process').optional(),
  SERVICE_DEFECTS: setting(DEFECT_RULE, parseDefects).optional(),
  SERVICE_STYLE: setting(`one of ${styleNames.join(', ')}`, (text) =>
    styleNames.find((name) => name === text),
  ).prefault('reference'),
});

/** The names of all settings of the service. */
export const settingNames: readonly string[] = Object.keys(schema.shape);

export type Config = ReturnType<typeof readConfig>;

/**
 * The settings of the service. Only this file has their names. `.env` in the working folder sets variables that the
 * environment does not have.
 * @throws {ConfigError} with one sentence for each mistake
 */
export function readConfig(environment: NodeJS.ProcessEnv = { ...readEnvFile(), ...process.env }) {
  const given = Object.fromEntries(
    Object.entries(environment).flatMap(([name, text]) => (clean(text) ? [[name, clean(text)]] : [])),
  );
  const parsed = schema.safeParse(given);
  const mistakes = (parsed.error?.issues ?? []).map(({ path: [name], message }) => {
    return `${String(name)} is "${withoutCredentials(given[String(name)] ?? '')}": it must be ${message}.`;
  });
  mistakes.push(...defectsOutOfPlace(given));
  if (!parsed.success || mistakes.length > 0) throw new ConfigError(mistakes);
  const settings = parsed.data;
  return {
    host: settings.SERVICE_HOST,
    port: settings.SERVICE_PORT,
    databaseUrl: settings.DATABASE_URL,
    databaseServerUrl: settings.DATABASE_SERVER_URL,
    databasePoolSize: settings.DATABASE_POOL_SIZE,
    jwtSecret: settings.JWT_SECRET,
    allowances: allowancesOf(settings),
    pingIntervalMs: settings.PING_INTERVAL_MS,
    pingTimeoutMs: settings.PING_TIMEOUT_MS,
    ghostGraceMs: settings.GHOST_GRACE_MS,
    logLevel: settings.LOG_LEVEL ?? (settings.SERVICE_OWNER ? 'warn' : 'info'),
    owner: settings.SERVICE_OWNER,
    ownerPid: settings.SERVICE_OWNER_PID,
    defects: settings.SERVICE_DEFECTS ?? (new Map() satisfies Defects),
    style: settings.SERVICE_STYLE,
  };
}

function setting<T>(rule: string, parse: (text: string) => T | undefined) {
  return z.string().transform((text, context): T => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: rule });
    return z.NEVER;
  });
}

function wholeNumber(min: number, max: number, remark = '') {
  return setting(`a whole number from ${min} to ${max}${remark}`, (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  });
}

/** Defects need an owner, and must not damage a database that outlives the service. */
function defectsOutOfPlace(given: Record<string, string | undefined>): string[] {
  const { SERVICE_DEFECTS: text, SERVICE_OWNER, DATABASE_URL } = given;
  if (!text) return [];
  const isAltered = DATABASE_URL && parseDefects(text)?.has('duplicate-rows');
  return [
    ...(SERVICE_OWNER ? [] : ['SERVICE_DEFECTS needs SERVICE_OWNER. Set it to the name of the test.']),
    ...(isAltered
      ? [
          'SERVICE_DEFECTS has duplicate-rows, which drops an index of the database. Remove DATABASE_URL, so that the service creates its own database.',
        ]
      : []),
  ];
}

function allowancesOf(settings: Record<LimitSetting, Allowance> & { RATE_LIMIT_FACTOR: number }): Allowances {
  const { RATE_LIMIT_FACTOR: factor } = settings;
  if (factor === 0) return undefined;
  const entries = groups.map((group) => {
    const { max, windowMs } = settings[limitSettingOf(group)];
    return [group, { max: Math.max(1, Math.round(max * factor)), windowMs }];
  });
  return Object.fromEntries(entries) as Record<Group, Allowance>;
}

/** Removes blanks and quotes that shells, CI systems and env files leave around values. An empty value is not set. */
function clean(text: string | undefined): string | undefined {
  const value = text?.trim();
  const bare = value?.replace(/^(["'])((?:(?!\1).)*)\1$/s, '$2');
  return bare === value ? value : clean(bare);
}

function withoutCredentials(text: string) {
  return text.replace(/\/\/[^@/]*@/, '//…@');
}
