import { expect, test } from '@playwright/test';
import { readConfig } from '../../../service/config.ts';
import { DEFECT_RULE } from '../../../service/defects/catalogue.ts';
import { ConfigError } from '../../../service/start-error.ts';

function mistakesOf(environment: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

test.describe('the settings of the service', () => {
  test('the defaults of the settings follow the contract', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 3002,
      databaseUrl: undefined,
      databaseServerUrl: undefined,
      databasePoolSize: 20,
      jwtSecret: 'change-me',
      allowances: {
        create: { max: 10, windowMs: 900_000 },
        list: { max: 30, windowMs: 60_000 },
        read: { max: 60, windowMs: 60_000 },
        join: { max: 20, windowMs: 300_000 },
        leave: { max: 30, windowMs: 60_000 },
        hand: { max: 20, windowMs: 60_000 },
        control: { max: 30, windowMs: 60_000 },
        quality: { max: 100, windowMs: 60_000 },
        chat: { max: 60, windowMs: 60_000 },
      },
      pingIntervalMs: 25_000,
      pingTimeoutMs: 20_000,
      ghostGraceMs: 10_000,
      logLevel: 'info',
      owner: undefined,
      ownerPid: undefined,
      defects: new Map(),
      style: 'reference',
    });
  });

  test('settings ignore blanks and quotes around a value, and an empty value is not set', () => {
    expect(readConfig({ SERVICE_PORT: ' "4000" ', SERVICE_HOST: '', JWT_SECRET: "'s'" })).toMatchObject({
      port: 4000,
      host: '127.0.0.1',
      jwtSecret: 's',
    });
  });

  test('RATE_LIMIT_FACTOR multiplies every rate limit, and 0 removes all limits', () => {
    const { allowances } = readConfig({ RATE_LIMIT_FACTOR: '2.5', RATE_LIMIT_JOIN: '3/60s' });
    expect(allowances?.create).toEqual({ max: 25, windowMs: 900_000 });
    expect(allowances?.join).toEqual({ max: 8, windowMs: 60_000 });
    expect(readConfig({ RATE_LIMIT_FACTOR: '0.001' }).allowances?.list.max).toBe(1);
    expect(readConfig({ RATE_LIMIT_FACTOR: '0' }).allowances).toBeUndefined();
  });

  test('a service with an owner logs only warnings by default', () => {
    expect(readConfig({ SERVICE_OWNER: 'run 1' }).logLevel).toBe('warn');
    expect(readConfig({ SERVICE_OWNER: 'run 1', LOG_LEVEL: 'debug' }).logLevel).toBe('debug');
  });

  test('SERVICE_DEFECTS needs known names and an owner', () => {
    const settings = { SERVICE_OWNER: 'run 1', SERVICE_DEFECTS: 'ghosts, event-lost=3,slow-endpoint' };
    expect([...readConfig(settings).defects]).toEqual([
      ['ghosts', 0],
      ['event-lost', 3],
      ['slow-endpoint', 20],
    ]);
    for (const text of ['ghost', 'ghosts,', 'ghosts=2', 'event-lost=0', 'event-lost=x', 'toString']) {
      expect(mistakesOf({ SERVICE_OWNER: 'run 1', SERVICE_DEFECTS: text }), text).toEqual([
        `SERVICE_DEFECTS is "${text}": it must be ${DEFECT_RULE}.`,
      ]);
    }
    expect(DEFECT_RULE).toMatch(
      /^names from duplicate-rows, capacity-race, [a-z\d, -]*, separated by commas; those that count or wait take a number, such as event-lost=3$/,
    );
    const shared = 'postgres://127.0.0.1/meetings';
    expect(
      mistakesOf({ SERVICE_DEFECTS: 'duplicate-rows', DATABASE_URL: shared, SERVICE_PORT: 'x' }),
    ).toEqual([
      'SERVICE_PORT is "x": it must be a whole number from 0 to 65535 (0 takes any free port).',
      'SERVICE_DEFECTS needs SERVICE_OWNER. Set it to the name of the test.',
      'SERVICE_DEFECTS has duplicate-rows, which drops an index of the database. Remove DATABASE_URL, so that the service creates its own database.',
    ]);
    expect(
      readConfig({ SERVICE_OWNER: 'run 1', SERVICE_DEFECTS: 'ghosts', DATABASE_URL: shared }).defects.size,
    ).toBe(1);
  });

  test('wrong settings are reported all at once, each with its value and the rule', () => {
    expect(
      mistakesOf({
        SERVICE_HOST: 'example.com',
        SERVICE_PORT: '70000',
        DATABASE_URL: 'mysql://me:secret@db/x',
        DATABASE_SERVER_URL: 'http://me:secret@db',
        DATABASE_POOL_SIZE: '0',
        RATE_LIMIT_FACTOR: '-1',
        RATE_LIMIT_JOIN: '20 per minute',
        PING_INTERVAL_MS: '1e3',
        LOG_LEVEL: 'loud',
        SERVICE_OWNER: 'ü',
        SERVICE_OWNER_PID: 'me',
        SERVICE_STYLE: 'tidy',
      }),
    ).toEqual([
      'SERVICE_HOST is "example.com": it must be an IP address or localhost, such as 127.0.0.1.',
      'SERVICE_PORT is "70000": it must be a whole number from 0 to 65535 (0 takes any free port).',
      'DATABASE_URL is "mysql://…@db/x": it must be a PostgreSQL address, such as postgres://user:password@127.0.0.1:5432/meetings.',
      'DATABASE_SERVER_URL is "http://…@db": it must be the address of a PostgreSQL server, such as postgres://user:password@127.0.0.1:5432/postgres.',
      'DATABASE_POOL_SIZE is "0": it must be a whole number from 1 to 500.',
      'RATE_LIMIT_FACTOR is "-1": it must be a number from 0 (no limits) to 1000000.',
      'RATE_LIMIT_JOIN is "20 per minute": it must be calls per window in seconds, such as 20/300s.',
      'PING_INTERVAL_MS is "1e3": it must be a whole number from 50 to 600000 milliseconds.',
      'LOG_LEVEL is "loud": it must be one of trace, debug, info, warn, error, fatal, silent.',
      'SERVICE_OWNER is "ü": it must be 1 to 100 printable ASCII characters, such as run-42.',
      'SERVICE_OWNER_PID is "me": it must be a whole number from 1 to 4194304, the id of a running process.',
      'SERVICE_STYLE is "tidy": it must be one of reference, deployed.',
    ]);
  });
});
