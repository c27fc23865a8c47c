import type { Settings } from '../config/read-settings.ts';
import { type Division, divide } from '../soak/plan.ts';
import { type OwnSettings, type RoundSettings, settingsOf } from './load-test-settings.ts';

/** The part of the work of a round, at most, in which its last sessions end. */
const LEAVING = 0.5;

/** The rounds of the soak that the settings ask for. */
export function soakDivision({ SOAK_FOR, SOAK_ROUNDS }: Settings): Division {
  return divide({ forMs: SOAK_FOR, ...(SOAK_ROUNDS === undefined ? {} : { rounds: SOAK_ROUNDS }) });
}

/**
 * The rounds of a soak with the settings of their crowd.
 * @param ofTest the settings of the test that defines the soak
 * @returns `own`: the settings that differ from those of the run
 */
export function roundsOf(name: string, ofTest: OwnSettings = {}) {
  const ofRun = settingsOf(name, ofTest);
  const division = soakDivision(ofRun);
  const own: RoundSettings = { ...ofTest, ...roundSettings(division, ofRun) };
  return { division, own, settings: settingsOf(name, own) };
}

/** The settings of the crowd of each round. The last sessions, with their pauses, end within its work. */
function roundSettings(
  { workMs }: Pick<Division, 'workMs'>,
  { REQUESTS_PER_USER, THINK_TIME_MS: [low, high] }: Pick<Settings, 'REQUESTS_PER_USER' | 'THINK_TIME_MS'>,
): RoundSettings {
  const sessionMs = (REQUESTS_PER_USER * (low + high)) / 2;
  const leavingMs = Math.min(workMs * LEAVING, sessionMs);
  return { workS: Math.max(1, Math.floor((workMs - leavingMs) / 1000)) };
}

/** The longest time of a slice that hosts all rounds, in ms. */
export function soakTimeoutMs(
  { SOAK_FOR, DRAIN_TIMEOUT, REQUEST_TIMEOUT_MS }: Settings,
  { rounds, restMs }: Division,
  workers: number,
): number {
  const extraMs = DRAIN_TIMEOUT * 1000 + REQUEST_TIMEOUT_MS * 2 + restMs + 10_000;
  return SOAK_FOR + rounds * extraMs + 60_000 + 5000 * workers;
}
