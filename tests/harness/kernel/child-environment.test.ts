import { expect, test } from '@playwright/test';
import { childEnvironment } from '../../../src/kernel/child-environment.ts';

test('a child process gets only common variables and the variables that it names', () => {
  const environment = {
    PATH: '/bin',
    LC_TIME: 'C',
    SystemRoot: 'C:\\Windows',
    DISPLAY: ':0',
    JWT_SECRET: 'secret',
    ALERT_WEBHOOK_URL: 'https://hooks.example/secret',
    AWS_SECRET_ACCESS_KEY: 'secret of another program',
    NODE_OPTIONS: '--import tsx',
    FULLHOUSE_COORDINATOR: '1234:token',
    LCX: 'no locale',
  };
  const needed = { PATH: '/bin', LC_TIME: 'C', SystemRoot: 'C:\\Windows' };
  expect(childEnvironment([], environment)).toEqual(needed);
  expect(childEnvironment(['DISPLAY', 'NOT_SET'], environment)).toEqual({ ...needed, DISPLAY: ':0' });
});
