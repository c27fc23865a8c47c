import { expect, test } from '@playwright/test';
import { textOf } from './sources.ts';

/**
 * The service imports nothing of the harness, and both must agree on who owns a leftover and what a child process
 * gets. So the service has its own copies.
 */
for (const name of ['process-identity.ts', 'child-environment.ts'])
  test(`service/${name} is a copy of src/kernel/${name}: change both`, () => {
    expect(textOf(`service/${name}`)).toBe(textOf(`src/kernel/${name}`));
  });
