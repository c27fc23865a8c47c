import { expect, test } from '@playwright/test';
import { githubActions } from '../../../src/config/github.ts';

const run = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.example.com',
  GITHUB_REPOSITORY: 'owner/name',
  GITHUB_RUN_ID: '42',
  GITHUB_STEP_SUMMARY: '/tmp/summary',
};

test('reads the run URL and the step summary of a GitHub Actions job', () => {
  expect(githubActions(run)).toEqual({
    annotates: true,
    stepSummary: '/tmp/summary',
    runUrl: 'https://github.example.com/owner/name/actions/runs/42',
  });
  expect(githubActions({ ...run, GITHUB_RUN_ATTEMPT: '2' }).runUrl).toMatch(/\/runs\/42\/attempts\/2$/);
});

test('reads nothing outside GitHub Actions or without the variables', () => {
  const nothing = { annotates: false, stepSummary: undefined, runUrl: undefined };
  expect(githubActions({})).toEqual(nothing);
  expect(githubActions({ GITHUB_ACTIONS: 'false', GITHUB_STEP_SUMMARY: '' })).toEqual(nothing);
  for (const missing of ['GITHUB_SERVER_URL', 'GITHUB_REPOSITORY', 'GITHUB_RUN_ID'])
    expect(githubActions({ ...run, [missing]: undefined }).runUrl).toBeUndefined();
  expect(githubActions({ ...run, GITHUB_SERVER_URL: 'no address' }).runUrl).toBeUndefined();
});
