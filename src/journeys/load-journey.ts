import { resolve } from 'node:path';
import { UserError } from '../kernel/errors.ts';
import { importDefault, readModule } from '../kernel/import-default.ts';
import { type AttendMeetingOptions, attendMeeting } from './attend-meeting.ts';
import type { Journey } from './journey.ts';

/** The journey that is built in. */
const ATTEND_MEETING = 'attend-meeting';

/**
 * The journey of this name, or of this file: its default export is a journey, or makes one of the same options.
 * @throws {UserError} where there is none
 */
export async function loadJourney(name: string, options: AttendMeetingOptions): Promise<Journey> {
  if (name === ATTEND_MEETING) return attendMeeting(options);
  refuseName(name);
  let journey: unknown;
  try {
    journey = await importDefault(resolve(name));
  } catch (error) {
    throw unusable(name, error);
  }
  if (typeof journey === 'function') return journey as Journey;
  throw new UserError(
    `JOURNEY: the file "${name}" exports no journey. Write: export default async (participant) => { … return 'completed'; }`,
  );
}

/** What shows before a run that there is no such journey, without executing a file. @throws {UserError} */
export function refuseJourney(name: string): void {
  if (name === ATTEND_MEETING) return;
  refuseName(name);
  try {
    readModule(resolve(name));
  } catch (error) {
    throw unusable(name, error);
  }
}

function refuseName(name: string): void {
  if (/\.[cm]?[jt]s$/.test(name)) return;
  throw new UserError(
    `JOURNEY: "${name}" is not known. Use ${ATTEND_MEETING}, or the path of a TypeScript file with a journey.`,
  );
}

function unusable(name: string, cause: unknown): UserError {
  const reason = (cause as Error).message;
  return new UserError(
    `JOURNEY: the file "${name}" cannot be loaded: ${reason}. Correct the file, or use ${ATTEND_MEETING}.`,
    { cause },
  );
}
