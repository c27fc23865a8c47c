import { resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { besideOptions, ownProjects, ownReporters } from '../../../src/project/own-config.ts';

test.describe('The own projects of a team', () => {
  test('have the options of its configuration, which their own options override', () => {
    const [web, api] = ownProjects(
      {
        testDir: 'e2e',
        retries: 2,
        use: { baseURL: 'http://127.0.0.1:1', locale: 'de' },
        expect: { timeout: 1 },
        projects: [
          { name: 'web', use: { locale: 'en' } },
          { name: 'api', retries: 0, testDir: 'api' },
        ],
      },
      'tests',
    );
    expect(web).toMatchObject({
      name: 'web',
      testDir: 'e2e',
      retries: 2,
      use: { baseURL: 'http://127.0.0.1:1', locale: 'en' },
      expect: { timeout: 1 },
    });
    expect(api).toMatchObject({ name: 'api', testDir: 'api', retries: 0 });
  });

  test('do not have the files of the phases, and keep their own patterns', () => {
    const [web] = ownProjects({ testDir: '.', testIgnore: '**/slow/**' }, 'perf');
    const [slow, ...phases] = web!.testIgnore as (string | RegExp)[];
    expect(slow).toBe('**/slow/**');
    const isIgnored = (path: string) => phases.some((pattern) => (pattern as RegExp).test(resolve(path)));
    expect(isIgnored('perf/load/ramp.spec.ts')).toBe(true);
    expect(isIgnored('perf/chaos/drops.spec.ts')).toBe(true);
    expect(isIgnored('perf/loaders/a.spec.ts')).toBe(false);
    expect(isIgnored('tests/load/a.spec.ts')).toBe(false);
  });

  test('exist for a configuration without projects, if it has options of tests', () => {
    expect(ownProjects({ use: { locale: 'de' } }, 'tests').map(({ name }) => name)).toEqual(['own tests']);
    expect(ownProjects({ testMatch: '*.e2e.ts' }, 'tests')).toHaveLength(1);
    expect(ownProjects({ reporter: 'list', webServer: { command: 'x', port: 1 } }, 'tests')).toEqual([]);
    expect(ownProjects({}, 'tests')).toEqual([]);
  });
});

test('options of the whole run stay, and those of projects do not apply to phases', () => {
  const own = { retries: 3, testDir: 'e2e', globalTimeout: 5, name: 'n', reporter: 'list' } as const;
  expect(besideOptions(own)).toEqual({ globalTimeout: 5, name: 'n' });
});

test('reporters are a list of names with options', () => {
  expect(ownReporters({})).toEqual([]);
  expect(ownReporters({ reporter: 'list' })).toEqual([['list']]);
  expect(ownReporters({ reporter: [['html', { open: 'never' }]] })).toEqual([['html', { open: 'never' }]]);
});
