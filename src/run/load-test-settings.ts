import { type CrowdPhase, crowdPhaseOf, currentRun, isGiven, loadSettings } from '../config/environment.ts';
import type { Settings, Written } from '../config/read-settings.ts';
import type { Coordinator } from '../crowd/coordinator/coordinator.ts';
import type { CoordinatorConnection } from '../crowd/coordinator/coordinator-connection.ts';
import { unknownOperations } from '../crowd/unknown-operations.ts';
import { refuseJourney } from '../journeys/load-journey.ts';
import { messagesOf, UserError, wordHint } from '../kernel/errors.ts';
import { joinTargets } from '../targets/parse.ts';
import { knownContract } from './run-contract.ts';
import { isSearch, searchSettings } from './search-settings.ts';

/** The settings of one load test, in the notation of the settings. The run decides the missing ones. */
export interface OwnSettings {
  /** As JOURNEY. */
  readonly journey?: string | undefined;
  /** As SCHEDULE. */
  readonly schedule?: string | undefined;
  /** As TARGETS_FILE; they replace the targets of the run. */
  readonly targets?: Readonly<Record<string, string>> | undefined;
}

/** The settings of one round of a soak. */
export interface RoundSettings extends OwnSettings {
  /** How long participants arrive, in seconds. */
  readonly workS?: number;
}

/** Under this key, the slices of a crowd send the settings of their load test to the main process. */
const KEY = 'settings of the load test';

/** What each option of a test with a crowd must be. */
type CrowdTestOptions = Readonly<Record<string, 'a text' | 'an object of limits'>>;

const ofEach: CrowdTestOptions = { name: 'a text', question: 'a text' };

const optionsOf: Readonly<Record<'loadTest' | 'capacityTest' | 'soakTest', CrowdTestOptions>> = {
  loadTest: { ...ofEach, journey: 'a text', schedule: 'a text', targets: 'an object of limits' },
  capacityTest: { ...ofEach, journey: 'a text' },
  soakTest: { ...ofEach, journey: 'a text' },
};

/**
 * Refuses what types refuse too: a test runner does not check types, and JavaScript has none.
 * @param test the function that got the options
 * @throws {UserError} with a line for each mistake
 */
export function refuseOptions(given: object, test: keyof typeof optionsOf = 'loadTest'): void {
  const options = optionsOf[test];
  const mistakes = Object.entries(given).flatMap(([name, value]) => {
    const allowed = Object.hasOwn(options, name) ? options[name] : undefined;
    if (allowed === undefined)
      return [`"${name}" is not an option of ${test}. ${wordHint(name, Object.keys(options))}`];
    const type = allowed === 'a text' ? 'string' : 'object';
    const isAllowed = typeof value === type && value !== null && !Array.isArray(value);
    const isAbsent = value === undefined && !needed.includes(name);
    return isAllowed || isAbsent ? [] : [`${test}: ${name} must be ${allowed}.`];
  });
  const missing = needed.filter((name) => !Object.hasOwn(given, name));
  mistakes.push(...missing.map((name) => `${test}: ${name} is missing. It must be a text.`));
  if (mistakes.length > 0) throw new UserError(mistakes.join('\n'));
}

const needed = ['name', 'question'];

const questions = new Map<string, string>();

/**
 * Reports and the history identify a crowd by the name of its test.
 * @throws {UserError} if another test of this process has the name
 */
export function takeName(name: string, question: string): void {
  const other = questions.get(name);
  if (other !== undefined)
    throw new UserError(
      `Two tests of crowds are named "${name}"${other === question ? '' : `: "${other}" and "${question}"`}. Give each test its own name.`,
    );
  questions.set(name, question);
}

/**
 * The settings of the run with those of the load test `name` over them.
 * @throws {UserError} with a line for each mistake, which names the load test
 */
export function settingsOf(name: string, { journey, schedule, targets, workS }: RoundSettings): Settings {
  const own: Written = {
    ...(workS === undefined ? {} : ofRound(workS)),
    ...(journey === undefined ? {} : { JOURNEY: journey }),
    ...(schedule === undefined ? {} : { SCHEDULE: schedule }),
    ...(targets === undefined ? {} : { TARGETS: joinTargets(targets), TARGETS_FILE: undefined }),
  };
  try {
    const settings = loadSettings(undefined, own);
    const contract = knownContract();
    const mistakes = [
      ...(targets === undefined || contract === undefined
        ? []
        : unknownOperations(settings.targets, contract)),
      ...(journey === undefined ? [] : messagesOf(() => refuseJourney(journey))),
    ];
    if (mistakes.length > 0) throw new UserError(mistakes.join('\n'));
    return isSearch() ? searchSettings(settings) : settings;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const run = currentRun();
    const words = testWords[(run && crowdPhaseOf(run)) ?? 'load'];
    throw new UserError(error.message.replace(/^/gm, `${words} "${name}": `), { cause: error });
  }
}

/** The kind of test that starts the crowds of a phase, as the begin of a sentence. */
const testWords: Readonly<Record<CrowdPhase, string>> = {
  load: 'Load test',
  capacity: 'Capacity test',
  soak: 'Soak test',
};

/**
 * The soak decides the duration of a round. Pages for hours are heavy, and grow themselves: they take part only on
 * request, without traces, which would fill the disk.
 */
function ofRound(workS: number): Written {
  const pages = isGiven('BROWSER_USERS') ? {} : { BROWSER_USERS: '0' };
  return { TEST_DURATION: String(workS), BROWSER_TRACE_EVERY: '0', ...pages };
}

/** Sends the settings of a crowd's load test to the main process before the crowd starts. */
export async function shareSettings(connection: CoordinatorConnection, own: RoundSettings): Promise<void> {
  await connection.shared<RoundSettings>(KEY, () => Promise.resolve(own));
}

/** The settings of a crowd, in the main process; those of the run while no slice of it has connected. */
export function crowdSettings(coordinator: Coordinator, crowd: string): Settings {
  return settingsOf(crowd, (coordinator.shared(crowd, KEY) ?? {}) as RoundSettings);
}
