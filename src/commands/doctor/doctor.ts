import { commandNamed } from '../../../scripts/catalogue/commands.mjs';
import { helpOf } from '../../../scripts/catalogue/help.mjs';
import { parallelism } from '../../config/command-line.ts';
import { loadSettings, unusedNames, withDefaults } from '../../config/environment.ts';
import type { Settings, Written } from '../../config/read-settings.ts';
import { peakUsers } from '../../crowd/schedules/index.ts';
import { commandWith } from '../../kernel/command-arguments.ts';
import { counted } from '../../kernel/figures.ts';
import { enterProject } from '../../kernel/folders.ts';
import { readText } from '../../kernel/text-file.ts';
import type { Contract } from '../../meetings/contract/contract.ts';
import { contractOf } from '../../run/access.ts';
import { settingsOf } from '../../run/contract-settings.ts';
import { workersFor } from '../../run/slices.ts';
import { browserCheckup } from './browser.ts';
import { type Checkup, findingsOf, findingText, ok, type State, warning } from './finding.ts';
import { crowdCheckups, machineCheckups } from './machine.ts';
import { serviceCheckups } from './service.ts';

/** `npx fullhouse doctor`: a line for each check. The exit code is 1 if there is a problem. */
export const main = commandWith({
  name: 'npx fullhouse doctor',
  usage: helpOf(commandNamed('fullhouse doctor')!),
  async run(_, io) {
    enterProject();
    const count: Record<State, number> = { ok: 0, warning: 0, problem: 0 };
    const examine = async (checkup: Checkup) => {
      for (const finding of await findingsOf(checkup)) {
        count[finding.state] += 1;
        io.out(findingText(checkup.title, finding));
      }
    };
    for (const checkup of machineCheckups) await examine(checkup);
    let given: Given | undefined;
    await examine({
      title: 'settings',
      async run() {
        given = await settingsAndContract(io.environment);
        const unused = unusedNames(given.contractText, io.environment);
        return unused.length > 0
          ? unused.map((text) => warning(text.replace(/^Warning: /, '')))
          : [ok('no mistakes in the environment, in .env and in the contract')];
      },
    });
    // Without settings, it is not known what a run would do.
    if (given !== undefined) for (const checkup of checkupsOf(given)) await examine(checkup);
    io.out(`\n${conclusion(count)}`);
    return count.problem > 0 ? 1 : 0;
  },
});

interface Given {
  readonly settings: Settings;
  readonly contract: Contract;
  readonly contractText: string;
}

/** @throws {UserError} with a line for each mistake */
async function settingsAndContract(environment: Written): Promise<Given> {
  const written = loadSettings(environment);
  const contract = await contractOf(written);
  const settings = loadSettings(withDefaults(settingsOf(contract, written), environment));
  const contractText = written.CONTRACT === undefined ? '' : readText(written.CONTRACT);
  return { settings, contract, contractText };
}

function checkupsOf({ settings, contract }: Given): Checkup[] {
  const workers = workersFor(peakUsers(settings.schedule), parallelism());
  const startsService = settings.MEETINGS_SERVICE_URL === undefined;
  return [
    ...crowdCheckups({ settings, workers, startsService }),
    browserCheckup(settings),
    ...serviceCheckups(settings, contract),
  ];
}

function conclusion({ problem, warning: warnings }: Record<State, number>): string {
  const few = warnings === 0 ? '' : ` ${counted(warnings, 'warning')}: figures may be affected.`;
  return problem === 0
    ? `A run can start: npx playwright test.${few}`
    : `${counted(problem, 'problem')} to correct before a run.${few}`;
}
