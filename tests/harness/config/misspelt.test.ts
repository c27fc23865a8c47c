import { expect, test } from '@playwright/test';
import { misspelt, settingLike, variableSlips } from '../../../src/config/misspelt.ts';
import { schema } from '../../../src/config/schema.ts';
import { serviceSettings } from '../../../src/config/service-settings.ts';

const slips: [written: string, meant: string][] = [
  ['CONCURENT_USERS', 'CONCURRENT_USERS'],
  ['CONCURRENT_USER', 'CONCURRENT_USERS'],
  ['concurrent_users', 'CONCURRENT_USERS'],
  ['CONCURRENT-USERS', 'CONCURRENT_USERS'],
  ['THINK_TIME', 'THINK_TIME_MS'],
  ['TEST_DURATION_SECONDS', 'TEST_DURATION'],
  ['TEST_DURATION_MS', 'TEST_DURATION'],
  ['SEEDS', 'SEED'],
  ['TARGET', 'TARGETS'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['RATE_LIMIT_FAKTOR', 'RATE_LIMIT_FACTOR'],
  ['USERS_CONCURRENT', 'CONCURRENT_USERS'],
  ['TESTDURATION', 'TEST_DURATION'],
  ['FULLHOUSE_SEED', 'SEED'],
];
for (const [written, meant] of slips)
  test(`suggests ${meant} for ${written}`, () => expect(settingLike(written)).toBe(meant));

test('suggests nothing for the variables of other programs', () => {
  const others = [
    'PATH HOME USER SHELL LANG TERM PWD CI NODE_ENV NODE_OPTIONS NODE_EXTRA_CA_CERTS TMPDIR EDITOR DISPLAY',
    'HTTP_PROXY HTTPS_PROXY NO_PROXY GITHUB_TOKEN GITHUB_SHA RUNNER_OS SERVICE_ID SERVICE_NAME SERVICE_URL',
    'MY_SECRET API_KEY BASE_URL REDIS_URL PGHOST PGUSER POSTGRES_PASSWORD DEBUG FORCE_COLOR NO_COLOR SEND',
    'KUBERNETES_SERVICE_HOST KUBERNETES_PORT MEETINGS_SERVICE_PORT MEETINGS_SERVICE_HOST HISTFILE',
    'GITHUB_ACTIONS GITHUB_TRIGGERING_ACTOR RUNNER_TEMP RUNNER_TOOL_CACHE ACTIONS_RUNTIME_URL DEPLOYMENT_BASEPATH',
    'AGENT_TOOLSDIRECTORY CHROME_BIN CHROMEWEBDRIVER SELENIUM_JAR_PATH JAVA_HOME_17_X64 ANDROID_HOME ImageVersion',
    'CI_JOB_ID CI_PIPELINE_SOURCE CI_COMMIT_SHA FF_USE_FASTZIP GITLAB_USER_ID BUILD_NUMBER JOB_NAME EXECUTOR_NUMBER',
    'NODE_NAME WORKSPACE STAGE_NAME BRANCH_NAME CIRCLE_BUILD_NUM TF_BUILD SYSTEM_TEAMPROJECT BUILD_REASON TESTS',
    'MEETINGS_SERVICE_PORT_HTTP MEETINGS_PORT_3002_TCP_ADDR REDIS_SERVICE_HOST DATABASE_SERVICE_PORT PGDATABASE',
    'OTEL_EXPORTER_OTLP_PROTOCOL OTEL_EXPORTER_OTLP_METRICS_ENDPOINT OTEL_SERVICE_NAME JWT_KEY_FILE',
  ].flatMap((line) => line.split(' '));
  expect(others.filter((name) => settingLike(name) !== undefined)).toEqual([]);
  expect(settingLike('X'.repeat(100_000))).toBeUndefined();
});

test('suggests nothing for a correct setting', () => {
  const all = [...Object.keys(schema), ...serviceSettings];
  expect(all.filter((name) => settingLike(name) !== undefined)).toEqual([]);
});

test('names each misspelt setting without its value', () => {
  expect(misspelt({ SEEDS: 'x', TARGET: 'y', SEED: '1' }, '.env: ')).toEqual([
    '.env: SEEDS is not known. Did you mean SEED?',
    '.env: TARGET is not known. Did you mean TARGETS?',
  ]);
});

test('a variable that is clearly meant for the harness is a mistake, a shared name only with a fitting value', () => {
  const { mistakes, warnings } = variableSlips({
    CONCURENT_USERS: '10',
    ITERATION: '1000',
    TARGET: 'latency p95 < 500 ms',
    SHEDULE: 'hold 10 for 5s',
    JOURNY: 'attend-meeting',
    // Names that other programs have.
    DATABASE_URLS: 'postgres://a,postgres://b',
    CONTRACTS: 'all',
    VUS: '10',
  });
  expect(mistakes.map((text) => / (\w+) is not known/.exec(text)?.[1])).toEqual([
    'CONCURENT_USERS',
    'ITERATION',
    'TARGET',
    'SHEDULE',
    'JOURNY',
  ]);
  expect(mistakes[0]).toBe(
    'Environment variable CONCURENT_USERS is not known. Did you mean CONCURRENT_USERS? If it belongs to another program, set IGNORED_VARIABLES=CONCURENT_USERS.',
  );
  expect(warnings.map((text) => / (\w+) is not a setting/.exec(text)?.[1])).toEqual([
    'DATABASE_URLS',
    'CONTRACTS',
    'VUS',
  ]);
});

test('the variables of a CI job are no mistakes, and a near name beside the setting itself is a warning', () => {
  const job = { CI: 'true', CI_TARGETS: 'x', CI_TEST_DURATION: '5', TARGET: 'x86', REQUEST_TIMEOUT: '3' };
  expect(variableSlips(job).mistakes).toEqual([]);
  expect(variableSlips({ TEST_DURATIONS: '5,9', TEST_DURATION: '5' })).toEqual({
    mistakes: [],
    warnings: ['Warning: environment variable TEST_DURATIONS is not a setting. Did you mean TEST_DURATION?'],
  });
  expect(
    variableSlips({ SEED_VALUES: '1', IGNORED_VARIABLES: 'TEST_DURATIONS', TEST_DURATIONS: '5' }),
  ).toEqual({
    mistakes: [],
    warnings: [],
  });
});
