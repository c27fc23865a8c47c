import { readCommandLine } from '../config/command-line.ts';
import type { CrowdPhase } from '../config/environment.ts';
import type { SettingName } from '../config/schema.ts';
import type { CommandIo } from '../kernel/command.ts';
import { UserError } from '../kernel/errors.ts';
import { exitCodes } from '../kernel/exit-code.ts';
import { enterProject } from '../kernel/folders.ts';
import { playwrightCli } from '../kernel/playwright-package.ts';

/** Starts Playwright with one phase and its settings. Returns the exit code of the run. */
export async function runPhase(
  phase: CrowdPhase,
  settings: Readonly<Record<string, string>>,
  playwrightArguments: readonly string[],
  io: Pick<CommandIo, 'node'>,
): Promise<number> {
  enterProject();
  const args = [playwrightCli(), 'test', `--project=${phase}`, ...playwrightArguments];
  return (await io.node(args, { environment: settings })) ?? exitCodes.interrupted;
}

interface PhaseArguments {
  /** The values of the options that are settings. */
  readonly settings: Readonly<Partial<Record<SettingName, string>>>;
  /** Arguments that are no option, no value of an option, and no test file. */
  readonly words: readonly string[];
  /** All others, for Playwright. */
  readonly others: readonly string[];
}

/**
 * Separates the options of a phase (`--within 5%`) from those of Playwright.
 * @param options the settings that the options of the phase mean, by the names of the options
 * @throws {UserError} for an option without its value, and for --project
 */
export function phaseArguments(
  command: string,
  args: readonly string[],
  options: Readonly<Record<string, SettingName>>,
): PhaseArguments {
  const settings: Partial<Record<SettingName, string>> = {};
  const rest: string[] = [];
  for (let place = 0; place < args.length; place++) {
    const [, name = '', , given] = /^--([\w-]+)(=(.*))?$/s.exec(args[place]!) ?? [];
    if (name === 'project')
      throw new UserError(`\`${command}\` chooses the project itself. Leave out --project.`);
    const setting = Object.hasOwn(options, name) ? options[name] : undefined;
    if (setting === undefined) {
      rest.push(args[place]!);
      continue;
    }
    const value = given ?? args[++place];
    if (!value) throw new UserError(`--${name} needs a value. See \`${command} --help\`.`);
    settings[setting] = value;
  }
  const { files } = readCommandLine(['node', 'playwright', 'test', ...rest]);
  const words = files.filter((file) => !/[./\\]/.test(file));
  for (const word of words) rest.splice(placeOf(word, rest), 1);
  return { settings, words, others: rest };
}

/** Where a word is that is not the value of the option before it: `--grep users users`. */
function placeOf(word: string, args: readonly string[]): number {
  const alone = args.findIndex((arg, place) => arg === word && !/^-[^=]*$/.test(args[place - 1] ?? ''));
  return alone < 0 ? args.lastIndexOf(word) : alone;
}
