import { expect, test } from '@playwright/test';
import { textOf } from './sources.ts';

/**
 * The service imports nothing of the harness, and both must agree on the owner of a leftover and the environment of a
 * child process. So the service has copies of these files.
 */
for (const name of ['process-identity.ts', 'child-environment.ts'])
  test(`service/${name} equals src/kernel/${name}`, () => {
    expect(textOf(`service/${name}`)).toBe(textOf(`src/kernel/${name}`));
  });
