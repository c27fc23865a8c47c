import { z } from 'zod';
import { AXES } from '../capacity/axis.ts';
import { LONGEST_MS, MOST_USERS, SHORTEST_INTERVAL_MS } from '../crowd/schedules/index.ts';
import { timeMs } from '../crowd/schedules/text.ts';
import { span } from '../crowd/schedules/wording.ts';
import { UserError } from '../kernel/errors.ts';
import { loadProfile, profileNames } from '../network/profiles/load.ts';
import { foreignAddresses } from './addresses.ts';
import { SecretAddress, Webhook } from './secret-address.ts';

const bounded = (notation: RegExp, [least, most]: readonly [number, number], rule: string) =>
  z
    .string()
    .regex(notation, rule)
    .transform(Number)
    .refine((value) => value >= least && value <= most, rule);

const whole = (least: number, most: number) =>
  bounded(/^\d+$/, [least, most], `a whole number from ${least} to ${most}`);

const number = (least: number, most: number, rule = `a number from ${least} to ${most}`) =>
  bounded(/^\d+(\.\d+)?$/, [least, most], rule);

/** A time with its unit: `90s`, `15m` or `15min`, `2h`. In ms. */
const time = (least: number, most: number) => {
  const rule = `a time such as 90s, 15min or 2h, from ${span(least)} to ${span(most)}`;
  return z
    .string()
    .regex(/^\d+(\.\d+)?\s*(s|m|min|h)$/, rule)
    .transform((value) => timeMs(value.replace(/\s/g, '').replace(/m$/, 'min'))!)
    .refine((value) => value >= least && value <= most, rule);
};

const BYTES = { M: 1024 ** 2, G: 1024 ** 3 } as const;

/** `512MiB` in bytes. */
function bytes(text: string): number {
  const unit = text.includes('G') ? BYTES.G : BYTES.M;
  return Number.parseFloat(text) * unit;
}

/** Words separated by commas. */
const listed = (value: string) =>
  value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const address = z
  .string()
  .refine((value) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    return url !== undefined && /^https?:$/.test(url.protocol) && url.href === url.origin + url.pathname;
  }, 'an http or https address of host, port and path, like http://localhost:3002 or https://host/meet')
  .transform((value) => {
    const { origin, pathname } = new URL(value);
    return origin + pathname.replace(/\/+$/, '');
  });

const range = (least: number, most: number) => {
  const rule = `two numbers from ${least} to ${most} such as 500..1500, the smaller first`;
  return z
    .string()
    .regex(/^\d+\.\.\d+$/, rule)
    .transform((value) => value.split('..').map(Number) as [number, number])
    .refine(([low, high]) => low >= least && low <= high && high <= most, rule);
};

const secretAddress = <T extends SecretAddress>(Address: new (value: string) => T, example: string) =>
  z.string().transform((value, context) => {
    try {
      return new Address(value);
    } catch {
      context.addIssue(`an http or https address, such as ${example}`);
      return z.NEVER;
    }
  });

/** `name=value,other=value`, values percent-encoded, as OpenTelemetry writes them. */
const otlpHeaders = z.string().transform((value, context) => {
  const headers = value
    .split(',')
    .map((pair) => /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(.+?)\s*$/.exec(pair)?.slice(1, 3));
  try {
    return Object.fromEntries(headers.map((pair) => [pair![0]!, decodeURIComponent(pair![1]!)]));
  } catch {
    context.addIssue('headers like name=value,other=value, with values percent-encoded');
    return z.NEVER;
  }
});

const sourceAddresses = z.string().transform((value, context) => {
  const addresses = listed(value);
  const foreign = foreignAddresses(addresses);
  if (foreign.length === 0) return [...new Set(addresses)];
  context.addIssue(
    `IP addresses of this machine; ${foreign.join(', ')} ${foreign.length === 1 ? 'is not one' : 'are not'}`,
  );
  return z.NEVER;
});

/** The longest wait for the other machines. */
const LATEST_START_MS = 3_600_000;
const startRule = 'an instant with its time zone, at most an hour from now, such as 2026-11-24T10:00:00Z';

const startAt = z
  .string()
  .refine((value) => z.iso.datetime({ offset: true }).safeParse(value).success, startRule)
  .transform((value) => new Date(value))
  .refine((instant) => instant.getTime() <= Date.now() + LATEST_START_MS, startRule);

const offOrSeconds = 'off, or seconds from 0 to 86400';

interface Setting {
  /** Reads the written value; its error messages name what is allowed. */
  readonly read: z.ZodType<unknown, string>;
  /** The default as written in the environment; without it, the setting is optional. */
  readonly default?: string;
  readonly describe: string;
  /** The value must never appear in a report, log or error. */
  readonly secret?: true;
  /** A shell command: the shell reads its quotes. */
  readonly isCommand?: true;
}

const setting = <const S extends Setting>(definition: S): S => definition;

/** A command may hold a password. */
const hook = (does: string) =>
  setting({
    read: z.string(),
    describe: `shell command that ${does}; secret`,
    secret: true,
    isCommand: true,
  });

/**
 * Every setting of the harness, once: its name, how it is read, its default, and its description in docs/settings.md.
 */
export const schema = {
  MEETINGS_SERVICE_URL: setting({
    read: address,
    describe:
      'HTTP address of the meetings service, its base path included; without one the reference service is started for the run',
  }),
  WEBSOCKET_URL: setting({
    read: address,
    describe: 'Socket.IO address, when it is not the HTTP address; `/socket.io` follows its path',
  }),
  SERVICE_CA: setting({
    read: z.string(),
    describe:
      'PEM file with the certificate authorities of the service, for HTTP, sockets and browsers; well-known ones need no file',
  }),
  CONTRACT: setting({
    read: z.string().min(1, 'the path of a contract file'),
    describe:
      'contract file (YAML or TypeScript) that describes how clients call your service; see `docs/your-service.md`',
  }),
  JWT_SECRET: setting({
    read: z.string().min(1, 'a secret of at least one character'),
    default: 'change-me',
    describe: 'secret that signs the token of each participant (HS256)',
    secret: true,
  }),
  ALLOW_REMOTE: setting({
    read: z.string().transform((value) => listed(value.toLowerCase())),
    default: '',
    describe: 'hosts other than loopback that may be loaded, separated by commas',
  }),
  SERVICE_PORT: setting({
    read: whole(1, 65535),
    default: '3002',
    describe: 'port of the reference service',
  }),
  SERVICE_DEFECTS: setting({
    read: z.string(),
    default: '',
    describe: 'seeded defects of the reference service, to see the checks find them',
  }),
  SERVICE_STYLE: setting({
    read: z.enum(['reference', 'deployed'], 'one of: reference, deployed'),
    default: 'reference',
    describe: 'how the reference service behaves: as the tidy `reference`, or as `deployed` services do',
  }),
  CONCURRENT_USERS: setting({
    read: whole(1, MOST_USERS),
    default: '50',
    describe: 'the most participants at a time',
  }),
  BROWSER_USERS: setting({
    read: whole(0, 1000),
    default: '2',
    describe: 'participants in real browser pages, beside `CONCURRENT_USERS`; 0 for none',
  }),
  BROWSER_TRACE_EVERY: setting({
    read: whole(0, 100_000),
    default: '5',
    describe: 'trace every Nth browser session, with its page timings in rows of their own; 0 for none',
  }),
  TEST_DURATION: setting({
    read: number(1, LONGEST_MS / 1000),
    default: '60',
    describe: 'seconds for which participants arrive',
  }),
  REQUESTS_PER_USER: setting({
    read: whole(0, 100_000),
    default: '10',
    describe: 'actions of each participant between joining and leaving',
  }),
  ITERATIONS: setting({
    read: whole(1, 1_000_000),
    default: '100',
    describe: 'measured calls of each endpoint benchmark',
  }),
  BENCH_WARMUP: setting({
    read: whole(0, 1_000_000),
    default: '200',
    describe: 'calls of each endpoint benchmark before the measured ones, which are not counted',
  }),
  BENCH_CONCURRENCY: setting({
    read: whole(1, 1000),
    default: '1',
    describe: 'calls of an endpoint benchmark in flight at a time',
  }),
  BENCH_LIST_MEETINGS: setting({
    read: whole(0, 100_000),
    default: '100',
    describe: 'meetings created before the list of meetings is measured',
  }),
  BENCH_TARGETS: setting({
    read: z.string(),
    describe:
      'targets of the benchmarks separated by semicolons, each with its operation; they replace the default ones',
  }),
  HISTORY_FOLDER: setting({
    read: z.string().min(1, 'the path of a folder'),
    default: 'reports/history',
    describe: 'where the history of the runs is kept',
  }),
  BASELINES_FOLDER: setting({
    read: z.string().min(1, 'the path of a folder'),
    default: 'reports/baselines',
    describe: 'where accepted baselines are kept, to be committed',
  }),
  JOURNEY: setting({
    read: z.string().min(1, 'attend-meeting, the path of a file with a journey, or a mix of them'),
    default: 'attend-meeting',
    describe:
      'what participants do: `attend-meeting`, a TypeScript file whose default export is a journey, or a mix by weight (`attend-meeting:3,./chat.ts:1`)',
  }),
  SCHEDULE: setting({
    read: z.string(),
    default: 'sessions',
    describe: 'when participants arrive; see "Schedules"',
  }),
  ARRIVAL_INTERVAL_MS: setting({
    read: number(SHORTEST_INTERVAL_MS, 3_600_000),
    describe:
      'time between two arrivals of the `sessions` schedule; without it, all users arrive within a quarter of the duration and are held',
  }),
  THINK_TIME_MS: setting({
    read: range(0, 3_600_000),
    default: '500..1500',
    describe: 'pause of a participant between two actions, evenly distributed',
  }),
  MEETING_SIZE: setting({
    read: whole(2, 1000),
    default: '1000',
    describe: 'the most participants in one meeting; a larger crowd fills several, one after the other',
  }),
  SOURCE_ADDRESSES: setting({
    read: sourceAddresses,
    default: '',
    describe:
      'IP addresses of this machine, separated by commas, over which participants are divided: one has ports for about 14,000 of them. On loopback, further addresses (127.0.0.2, …) are used automatically',
  }),
  REQUEST_TIMEOUT_MS: setting({
    read: whole(1, 600_000),
    default: '10000',
    describe: 'a call or connection without an answer for this long is a timeout',
  }),
  DRAIN_TIMEOUT: setting({
    read: number(0, 3600),
    default: '30',
    describe:
      'seconds that participants have to finish after the last arrival; then each is asked to leave, spread over 5 s (2 s when the run is stopped)',
  }),
  REQUEST_CONTEXT: setting({
    read: z.enum(['wire', 'playwright'], 'one of: wire, playwright'),
    default: 'wire',
    describe: 'what participants call through: the lean wire context or Playwright’s own',
  }),
  SOCKET_CLIENT: setting({
    read: z.enum(['wire', 'socket.io'], 'one of: wire, socket.io'),
    default: 'wire',
    describe:
      'the Socket.IO client of participants of a load run: the lean wire one (every 50th participant has the real one), or `socket.io-client` for all',
  }),
  SEED: setting({
    read: whole(0, 4_294_967_295),
    default: '1',
    describe: 'same seed, same behaviour of every participant',
  }),
  TARGETS: setting({
    read: z.string(),
    describe: 'targets separated by semicolons; they replace the default ones',
  }),
  TARGETS_FILE: setting({
    read: z.string().min(1, 'the path of a JSON file'),
    describe: 'JSON file with targets, `{"latency p95": "< 500 ms"}`; they replace the default ones',
  }),
  NETWORK_PROFILE: setting({
    read: z.string().transform((name, context) => {
      try {
        const names = profileNames();
        if (names.includes(name)) return loadProfile(name);
        context.addIssue(`one of: ${names.join(', ')}`);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        context.addIssue(`a profile with a valid file: ${error.message.replace(/\.$/, '')}`);
      }
      return z.NEVER;
    }),
    describe:
      'network profile (a file of `network-profiles/`) over which every participant of a load run connects',
  }),
  CHROMIUM_PATH: setting({
    read: z.string(),
    describe: 'browser for tests with pages, instead of the one that set-up found',
  }),
  NETWORK_LAYER: setting({
    read: z.enum(['link', 'kernel'], 'one of: link, kernel'),
    default: 'link',
    describe: 'where packet loss happens: TCP as the link models it, or real packets (root on Linux)',
  }),
  PACKET_CAPTURE: setting({
    read: z
      .enum(
        ['0', '1', '2', '4', '8', '16', '32', '64', '128', '256'],
        'one of: 0, 1, 2, 4, 8, 16, 32, 64, 128, 256',
      )
      .transform(Number),
    default: '0',
    describe:
      'the kernel’s own times of HTTP calls beside those of fullhouse, for one connection of this number; 0 for none (root on Linux, tcpdump)',
  }),
  CAPACITY_OF: setting({
    read: z.enum(AXES, `one of: ${AXES.join(', ')}`),
    default: 'users',
    describe:
      'what a capacity search raises: `users` that are active at a time, `arrivals` per second, or `meeting-size`, the members of one meeting',
  }),
  CAPACITY_LIMIT: setting({
    read: z.string(),
    describe:
      'the limits that a level must hold, written as targets: percentiles, error rates and success rates; without it, those among `TARGETS`',
  }),
  CAPACITY_WITHIN: setting({
    read: z
      .string()
      .regex(/^\d+(\.\d+)?%?$/, 'a percentage from 1% to 50%')
      .transform((value) => Number.parseFloat(value))
      .refine((value) => value >= 1 && value <= 50, 'a percentage from 1% to 50%'),
    default: '5%',
    describe: 'how far apart the level that holds and the level that breaks may be',
  }),
  CAPACITY_FOR: setting({
    read: time(60_000, 4 * 3_600_000),
    default: '15min',
    describe: 'the longest time of a capacity search',
  }),
  CAPACITY_AT_MOST: setting({
    read: whole(1, MOST_USERS),
    describe: 'the highest level that a capacity search tries; without it, 10000',
  }),
  CAPACITY_AT_LEAST: setting({
    read: whole(1, MOST_USERS),
    describe: 'the capacity that the service must have: a search that finds less has failed',
  }),
  SOAK_FOR: setting({
    read: time(60_000, LONGEST_MS),
    default: '1h',
    describe: 'how long a soak lasts, with its rests',
  }),
  SOAK_ROUNDS: setting({
    read: whole(3, 500),
    describe:
      'rounds of a soak: a crowd arrives, works and leaves, and the service rests; without it, 12 or as many as keep a round below 10 min',
  }),
  SOAK_MEMORY_LIMIT: setting({
    read: z
      .string()
      .regex(/^\d+(\.\d+)?\s*(Mi?B|Gi?B)$/, 'a size such as 512MiB or 2GiB')
      .transform(bytes),
    describe:
      'the memory of the service, such as `512MiB`: a soak that finds growth reports when it is reached; without it, the limit of its control group if it runs on this machine',
  }),
  CHAOS_CYCLES: setting({
    read: whole(10, 5000),
    default: '50',
    describe: 'rapid join/leave: cycles, in steps of 10',
  }),
  CHAOS_LOSS_USERS: setting({
    read: whole(1, 500),
    default: '20',
    describe: 'packet loss: users at each level',
  }),
  CHAOS_STORM_USERS: setting({
    read: whole(1, 2000),
    default: '30',
    describe: 'reconnection storm: users that are cut off',
  }),
  CHAOS_STORM_DOWN: setting({
    read: number(1, 600),
    default: '3',
    describe: 'reconnection storm: seconds for which they are held down',
  }),
  CHAOS_CONNECTIONS: setting({
    read: whole(1, 500),
    default: '20',
    describe: 'WebSocket drops: connections',
  }),
  CHAOS_DROPS: setting({
    read: whole(1, 100),
    default: '2',
    describe: 'WebSocket drops: drops of each connection',
  }),
  CHAOS_JOIN_USERS: setting({
    read: whole(2, 900),
    default: '100',
    describe: 'high-concurrency join: users at one barrier',
  }),
  CHAOS_OUTAGE_DOWN: setting({
    read: number(3, 600),
    default: '5',
    describe: 'service or database down: seconds for which it stays away',
  }),
  SERVICE_RESTART_CMD: hook('restarts the attached service'),
  SERVICE_STOP_CMD: hook('stops the attached service; it needs `SERVICE_START_CMD`'),
  SERVICE_START_CMD: hook('starts it again, and returns'),
  DATABASE_STOP_CMD: hook('stops the database of the attached service; it needs `DATABASE_START_CMD`'),
  DATABASE_START_CMD: hook('starts it again, and returns'),
  REDIS_STOP_CMD: hook('stops the Redis of the attached service; it needs `REDIS_START_CMD`'),
  REDIS_START_CMD: hook('starts it again, and returns'),
  VERBOSE: setting({
    // Other programs use this name too, with values of their own.
    read: z.string().transform((value) => !/^(?:0|false|no|off|)$/i.test(value)),
    default: '0',
    describe: '1 prints all columns and all rows of the tables on the console',
  }),
  DASHBOARD_PORT: setting({
    read: z.union(
      [z.literal('auto'), z.literal('off').transform(() => null), whole(0, 65535)],
      'auto, off, or a port from 0 to 65535',
    ),
    default: 'auto',
    describe:
      'port of the live dashboard, or the next free one; `auto` is 3333, and none under CI; 0 takes any; or `off`',
  }),
  DASHBOARD_KEEP: setting({
    read: z.union(
      [z.literal('auto'), z.literal('1').transform(() => true), z.literal('0').transform(() => false)],
      'auto, 1 or 0',
    ),
    default: 'auto',
    describe:
      'after the run, the dashboard stays open while a browser tab shows it, for at most 10 minutes: `auto` only in a terminal and not under CI, 1 always and also before the first tab, 0 never',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting({
    read: secretAddress(SecretAddress, 'http://localhost:4318'),
    describe:
      'OpenTelemetry receiver to which live metrics are pushed by OTLP/HTTP, at `/v1/metrics` below it; secret, on any host',
    secret: true,
  }),
  OTEL_EXPORTER_OTLP_HEADERS: setting({
    read: otlpHeaders,
    describe: 'headers of these pushes, `name=value,other=value`; secret',
    secret: true,
  }),
  START_AT: setting({
    read: startAt,
    describe:
      'instant before which no crowd starts, so that shards on several machines start together; see "Several machines"',
  }),
  ABORT_ON_FAIL: setting({
    read: z.union([z.literal('off').transform(() => null), number(0, 86_400, offOrSeconds)], offOrSeconds),
    default: 'off',
    describe: 'seconds after which a run whose targets are clearly missed is ended early, or `off`',
  }),
  IGNORED_VARIABLES: setting({
    read: z.string().transform(listed),
    default: '',
    describe:
      'environment variables of other programs whose names are nearly settings, separated by commas; without it they are refused',
  }),
  ALERT_WEBHOOK_URL: setting({
    read: secretAddress(Webhook, 'the one that Slack shows for an incoming webhook'),
    describe:
      'webhook that gets a message when the service degraded or recovered; secret, on any host (`ALLOW_REMOTE` is about load)',
    secret: true,
  }),
  ALERT_FORMAT: setting({
    read: z.enum(['slack', 'json'], 'one of: slack, json'),
    describe: 'body of that message; without it `slack` for hosts of Slack, and `json` for all others',
  }),
  ALERT_WHEN: setting({
    read: z.enum(['degraded', 'always', 'never'], 'one of: degraded, always, never'),
    default: 'degraded',
    describe: 'when a message is sent: when the service degraded or recovered, after each run, or never',
  }),
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof schema;

type ReadAs<S extends Setting> = S extends { readonly default: string }
  ? z.output<S['read']>
  : z.output<S['read']> | undefined;

/** The settings as read, by their names. */
export type SettingValues = { readonly [Name in SettingName]: ReadAs<(typeof schema)[Name]> };
