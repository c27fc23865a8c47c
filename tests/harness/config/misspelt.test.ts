import { expect, test } from '@playwright/test';
import { misspelt, settingLike } from '../../../src/config/misspelt.ts';
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
];
for (const [written, meant] of slips)
  test(`suggests ${meant} for ${written}`, () => expect(settingLike(written)).toBe(meant));

test('suggests nothing for the variables of other programs', () => {
  const others = [
    'PATH HOME USER SHELL LANG TERM PWD CI NODE_ENV NODE_OPTIONS NODE_EXTRA_CA_CERTS TMPDIR EDITOR DISPLAY',
    'HTTP_PROXY HTTPS_PROXY NO_PROXY GITHUB_TOKEN GITHUB_SHA RUNNER_OS SERVICE_ID SERVICE_NAME SERVICE_URL',
    'MY_SECRET API_KEY BASE_URL REDIS_URL PGHOST PGUSER POSTGRES_PASSWORD DEBUG FORCE_COLOR NO_COLOR SEND',
    'KUBERNETES_SERVICE_HOST KUBERNETES_PORT MEETINGS_SERVICE_PORT MEETINGS_SERVICE_HOST HISTFILE',
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
