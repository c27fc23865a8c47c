import { expect } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { UserError } from '../../../src/kernel/errors.ts';

/** The message of the error, or `read` without one. */
export function attempt(written: Record<string, string | undefined>): string {
  try {
    readSettings(written);
    return 'read';
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
}
