import { resolve } from 'node:path';
import { UserError } from '../kernel/errors.ts';
import { importDefault } from '../kernel/import-default.ts';
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
  if (!/\.[cm]?[jt]s$/.test(name))
    throw new UserError(
      `JOURNEY: "${name}" is not known. Use ${ATTEND_MEETING}, or the path of a TypeScript file with a journey.`,
    );
  let journey: unknown;
  try {
    journey = await importDefault(resolve(name));
  } catch (error) {
    throw new UserError(`JOURNEY: the file "${name}" cannot be loaded: ${String(error)}`);
  }
  if (typeof journey === 'function') return journey as Journey;
  throw new UserError(
    `JOURNEY: the file "${name}" exports no journey. Write: export default async (participant) => { … return 'completed'; }`,
  );
}
