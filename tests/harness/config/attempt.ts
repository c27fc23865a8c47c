import { expect } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';

/** The message of the mistake, or what was read. */
export function attempt(written: Record<string, string | undefined>): string {
  try {
    readSettings(written);
    return 'read';
  } catch (error) {
    expect(error).toHaveProperty('name', 'UserError');
    return (error as Error).message;
  }
}
