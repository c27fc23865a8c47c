import { expect, test } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { socketWithoutService } from '../../../src/run/prepare-run.ts';

const mistakes = (written: Record<string, string>) => socketWithoutService(readSettings(written));
const WEBSOCKET_URL = 'http://127.0.0.1:1/live';

test('refuses WEBSOCKET_URL without MEETINGS_SERVICE_URL', () => {
  expect(mistakes({ WEBSOCKET_URL })).toEqual([
    'WEBSOCKET_URL is set, but MEETINGS_SERVICE_URL is not. Set both, or unset WEBSOCKET_URL.',
  ]);
});

test('accepts WEBSOCKET_URL with MEETINGS_SERVICE_URL or with a contract', () => {
  expect(mistakes({ WEBSOCKET_URL, MEETINGS_SERVICE_URL: 'http://127.0.0.1:1' })).toEqual([]);
  expect(mistakes({ WEBSOCKET_URL, CONTRACT: 'mine.yaml' })).toEqual([]);
  expect(mistakes({})).toEqual([]);
});
