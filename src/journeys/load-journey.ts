import { resolve } from 'node:path';
import { UserError } from '../kernel/errors.ts';
import { importDefault, readModule } from '../kernel/import-default.ts';
import { type AttendMeetingOptions, attendMeeting } from './attend-meeting.ts';
import type { Journey } from './journey.ts';
import { ATTEND_MEETING, parseMix } from './mix-text.ts';
import { weightedChoice } from './weighted-choice.ts';

/**
 * Loads a journey by its name or file, or a weighted mix of journeys, as in JOURNEY. The default export of a file is a
 * journey. In a mix, each participant takes one journey, by its own seeded randomness.
 * @throws {UserError} with a line for each journey that cannot be used
 */
export async function loadJourney(text: string, options: AttendMeetingOptions): Promise<Journey> {
  const mix = parseMix(text);
  const loaded = await Promise.all(mix.map(({ name }) => loadOne(name, options)));
  refuse(loaded);
  const journeys = mix.map(({ weight }, index) => [loaded[index] as Journey, weight] as const);
  const [[only]] = journeys as [(typeof journeys)[number]];
  // A single journey draws no number: its participants behave as without a mix.
  if (journeys.length === 1) return only;
  return (participant) => (weightedChoice(journeys, participant.random()) ?? only)(participant);
}

/** Finds the mistakes that show without executing a file. @throws {UserError} with a line for each */
export function refuseJourney(text: string): void {
  refuse(
    parseMix(text).map(({ name }) => {
      try {
        if (name !== ATTEND_MEETING) readModule(resolve(name));
        return undefined;
      } catch (error) {
        return unusable(name, error);
      }
    }),
  );
}

/** Whether the text of an error reports a journey that cannot be used. The runner may have put its class before it. */
export function isJourneyMistake(text: string): boolean {
  return /^(?:\w*Error: )?JOURNEY: /.test(text);
}

async function loadOne(name: string, options: AttendMeetingOptions): Promise<Journey | UserError> {
  if (name === ATTEND_MEETING) return attendMeeting(options);
  try {
    const journey = await importDefault(resolve(name));
    if (typeof journey === 'function') return journey as Journey;
  } catch (error) {
    return unusable(name, error);
  }
  return new UserError(
    `JOURNEY: the file "${name}" exports no journey. Write: export default async (participant) => { … return 'completed'; }`,
  );
}

function refuse(found: readonly unknown[]): void {
  const errors = found.filter((one) => one instanceof UserError);
  if (errors.length === 0) return;
  throw new UserError(errors.map(({ message }) => message).join('\n'), { cause: errors[0]!.cause });
}

function unusable(name: string, cause: unknown): UserError {
  const reason = (cause as Error).message;
  return new UserError(
    `JOURNEY: the file "${name}" cannot be loaded: ${reason}. Correct the file, or use ${ATTEND_MEETING}.`,
    { cause },
  );
}
