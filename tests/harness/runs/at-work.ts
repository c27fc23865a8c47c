import { expect } from '@playwright/test';
import type { Run } from './run.ts';

/** Processes end soon after their owner, but a database may need some seconds. */
export const LEAVING = { timeout: 60_000 };

/** Waits until participants are active. @returns the processes of the run */
export async function atWork(load: Run): Promise<Map<number, string>> {
  await load.prints('users');
  return load.descendants;
}

export function pidOf(seen: ReadonlyMap<number, string>, name: string): number {
  const found = [...seen].findLast(([, command]) => command.includes(name));
  expect(found, `a process of ${name}`).toBeDefined();
  return found![0];
}
