import { withoutSecrets, withoutSecretsIn } from '../kernel/secrets.ts';
import type { Activity } from './journal.ts';

/** An activity as in the journal, with its return value or error. */
export type Timed<T> =
  | { readonly noted: Activity; readonly value: T }
  | { readonly noted: Activity; readonly error: Error };

/** Performs an action and records its time and its result. Never rejects. */
export async function timed<T>(activity: Activity['activity'], act: () => Promise<T>): Promise<Timed<T>> {
  const start = new Date();
  const noted = (status: Activity['status'], output: unknown, exception?: string): Activity => {
    const end = new Date();
    const duration = (end.getTime() - start.getTime()) / 1000;
    const times = { start: start.toISOString(), end: end.toISOString(), duration };
    return { activity, output, status, ...times, ...(exception === undefined ? {} : { exception }) };
  };
  try {
    const value = await act();
    return { noted: noted('succeeded', withoutSecretsIn(value ?? null)), value };
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    return { noted: noted('failed', null, withoutSecrets(error.message)), error };
  }
}
