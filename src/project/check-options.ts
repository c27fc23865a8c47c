import { existsSync, readFileSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { isSecret } from '../config/public-settings.ts';
import type { Written } from '../config/read-settings.ts';
import { type SettingName, schema } from '../config/schema.ts';
import { parseSchedule } from '../crowd/schedules/index.ts';
import { refuseJourney } from '../journeys/load-journey.ts';
import { messagesOf, UserError, wordHint } from '../kernel/errors.ts';
import type { CallSite } from '../kernel/stack-frames.ts';
import { isOwnProject } from '../run/projects.ts';
import { joinTargets, parseTargets } from '../targets/parse.ts';
import { lineOfOption } from './option-line.ts';
import type { FullhouseOptions } from './options.ts';
import { DIVIDED } from './own-config.ts';

/** The settings that have their own option. */
export const settingsOfOptions = {
  contract: 'CONTRACT',
  journey: 'JOURNEY',
  schedule: 'SCHEDULE',
  targets: 'TARGETS',
  benchTargets: 'BENCH_TARGETS',
} as const satisfies Partial<Record<keyof FullhouseOptions, SettingName>>;

/** A mistake at an option, without its place. */
interface Mistake {
  readonly path: readonly string[];
  readonly message: string;
}

type Check = (value: unknown, path: readonly string[]) => Mistake[];

const checks: Readonly<Record<keyof FullhouseOptions, Check>> = {
  contract: ofText(contractFile),
  journey: ofText(journey),
  schedule: ofText(schedule),
  targets: limits,
  benchTargets: limits,
  settings,
  testDir: ofText(folder),
  playwright: ownConfig,
};

const known = Object.keys(checks);

/**
 * The options as settings, in the notation of the environment.
 * @throws {UserError} with a line for each mistake: file, line, option, and what is allowed
 */
export function readOptions(options: unknown, at: CallSite | undefined): Written {
  const mistakes = isPlainObject(options)
    ? Object.entries(options).flatMap(([name, value]) => wrongIn(name, value))
    : [wrongType([], options, 'an object of options, or nothing')];
  if (mistakes.length > 0) throw new UserError(mistakes.map((mistake) => placed(mistake, at)).join('\n'));
  return asSettings(options as FullhouseOptions);
}

function wrongIn(name: string, value: unknown): Mistake[] {
  if (!known.includes(name))
    return [{ path: [name], message: `is not an option of defineFullhouse. ${unknownHint(name)}` }];
  return value === undefined ? [] : checks[name as keyof FullhouseOptions](value, [name]);
}

/** Users may write a setting, or an option of Playwright, at the top. */
function unknownHint(name: string): string {
  if (name in schema) return `It is a setting: write it into \`settings: { ${name}: … }\`.`;
  if (PLAYWRIGHT_OPTIONS.includes(name))
    return `It is an option of Playwright: write it into \`playwright: { ${name}: … }\`.`;
  return wordHint(name, known);
}

/** The options of Playwright that users write most. */
const PLAYWRIGHT_OPTIONS: readonly string[] = [...DIVIDED, 'forbidOnly', 'metadata', 'tsconfig'];

function schedule(value: string): string[] {
  // The settings of the run replace these defaults; they decide nothing about the grammar.
  const defaults = { users: 1, durationMs: 1000, seed: 1 };
  return messagesOf(() => parseSchedule(value, defaults));
}

function settings(value: unknown, path: readonly string[]): Mistake[] {
  if (!isPlainObject(value))
    return [wrongType(path, value, 'an object of settings, such as { CONCURRENT_USERS: 50 }')];
  return Object.entries(value).flatMap(([name, given]) => wrongSetting(name, given, [...path, name]));
}

function wrongSetting(name: string, value: unknown, path: readonly string[]): Mistake[] {
  if (!(name in schema)) {
    const names = Object.keys(schema).filter((one) => !isSecret(one as SettingName));
    return [{ path, message: `is not a setting. ${wordHint(name, names)}` }];
  }
  const own = Object.entries(settingsOfOptions).find(([, setting]) => setting === name)?.[0];
  if (own !== undefined)
    return [{ path, message: `has its own option: write \`${own}: …\` beside \`settings\`.` }];
  if (isSecret(name as SettingName))
    return [
      {
        path,
        message: 'is a secret, and a configuration is committed. Set it in the environment or in .env.',
      },
    ];
  if (value === undefined) return [];
  if (!['string', 'number', 'boolean'].includes(typeof value))
    return [wrongType(path, value, 'a text, a number or a boolean')];
  return refusedSetting(name as SettingName, value, path);
}

function refusedSetting(name: SettingName, value: unknown, path: readonly string[]): Mistake[] {
  const result = schema[name].read.safeParse(textOf(value));
  if (result.success) return [];
  return [
    {
      path,
      message: `${shown(value)} is not allowed. Use ${result.error.issues[0]?.message ?? 'another value'}.`,
    },
  ];
}

function limits(value: unknown, path: readonly string[]): Mistake[] {
  if (!isPlainObject(value))
    return [wrongType(path, value, "an object of limits, such as { 'latency p95': '< 500 ms' }")];
  return Object.entries(value).flatMap(([metric, limit]) => {
    const at = [...path, metric];
    if (typeof limit !== 'string') return [wrongType(at, limit, "a limit, such as '< 500 ms'")];
    return messagesOf(() => parseTargets([[metric, limit]])).map((message) => ({ path: at, message }));
  });
}

/** The check of an option that is a text. `check` returns a message for each mistake. */
function ofText(check: (value: string) => string[]): Check {
  return (value, path) =>
    typeof value === 'string' && value.trim() !== ''
      ? check(value).map((message) => ({ path, message }))
      : [wrongType(path, value, 'a text')];
}

/** A folder that is named must exist: otherwise the standard specs would run in its place. */
function folder(value: string): string[] {
  const found = statSync(resolve(value), { throwIfNoEntry: false });
  if (found?.isDirectory()) return [];
  return [`the folder "${value}" does not exist. Create it, or leave the option out.`];
}

/** The team's own configuration: its projects need names that no phase has. */
function ownConfig(value: unknown, path: readonly string[]): Mistake[] {
  if (!isPlainObject(value))
    return [wrongType(path, value, 'a Playwright configuration, such as { projects: [ … ] }')];
  if (value.projects !== undefined && !Array.isArray(value.projects))
    return [wrongType([...path, 'projects'], value.projects, 'a list of projects')];
  const projects = (value.projects ?? []) as { name?: unknown }[];
  return projects.flatMap(({ name }) =>
    typeof name !== 'string' || isOwnProject(name)
      ? []
      : [{ path: [...path, 'projects'], message: `"${name}" is a project of fullhouse. Use another name.` }],
  );
}

function contractFile(value: string): string[] {
  const found = statSync(resolve(value), { throwIfNoEntry: false });
  if (found?.isFile()) return [];
  const what = found === undefined ? 'does not exist' : 'is not a file';
  return [
    `the file "${value}" ${what}. Write it with \`npx fullhouse init\` or \`npx fullhouse contract from-openapi\`.`,
  ];
}

function journey(value: string): string[] {
  return messagesOf(() => refuseJourney(value)).flatMap((lines) =>
    lines.split('\n').map((message) => message.replace(/^JOURNEY: /, '')),
  );
}

function wrongType(path: readonly string[], value: unknown, allowed: string): Mistake {
  return { path, message: `${shown(value)} is not allowed. Use ${allowed}.` };
}

/** The sentence of a mistake, with its file and line. */
function placed({ path, message }: Mistake, at: CallSite | undefined): string {
  return `${placeText(path, at)}: ${message}`;
}

/** `playwright.config.ts:4: targets.latency p95` */
function placeText(path: readonly string[], at: CallSite | undefined): string {
  const where = path.length === 0 ? 'defineFullhouse' : path.join('.');
  if (at === undefined) return where;
  const line = existsSync(at.file) ? lineOfOption(readFileSync(at.file, 'utf8'), path, at.line) : at.line;
  return `${relative(process.cwd(), at.file)}:${line}: ${where}`;
}

/**
 * Where a limit is written: its file, line and option, or the setting if it is no limit of the options.
 * @returns a function from the text of a target: `latency p95 < 500 ms`
 */
export function placeOfLimit(
  option: 'targets' | 'benchTargets',
  options: FullhouseOptions,
  at: CallSite | undefined,
): (text: string) => string {
  return (text) => {
    const entry = Object.entries(options[option] ?? {}).find((words) => words.join(' ') === text);
    return entry === undefined ? settingsOfOptions[option] : placeText([option, entry[0]], at);
  };
}

function asSettings(options: FullhouseOptions): Written {
  const { contract, journey, schedule, targets, benchTargets, settings: others = {} } = options;
  const written = Object.fromEntries(Object.entries(others).map(([name, value]) => [name, textOf(value)]));
  const all: Written = {
    ...written,
    CONTRACT: contract,
    JOURNEY: journey,
    SCHEDULE: schedule,
    TARGETS: targets && joinTargets(targets),
    BENCH_TARGETS: benchTargets && joinTargets(benchTargets),
  };
  // A missing option must not hide the value of a contract.
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** A value as an environment variable has it. */
function textOf(value: unknown): string {
  return typeof value === 'boolean' ? String(Number(value)) : String(value);
}

function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (value instanceof Promise) return 'a promise that was not awaited';
  return String(JSON.stringify(value) ?? value).slice(0, 80);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  // A promise that was not awaited has no options.
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Promise);
}
