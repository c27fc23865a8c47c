import { UserError } from '../kernel/errors.ts';
import { withoutParts } from '../kernel/outside-text.ts';
import { readText } from '../kernel/text-file.ts';
import { readEnvFile } from './env-file.ts';
import { configuredBelow, loadSettings, present, unusedNames } from './environment.ts';
import { isSecret } from './public-settings.ts';
import type { Settings, Written } from './read-settings.ts';
import { type SettingName, schema } from './schema.ts';
import { serviceSettings } from './service-settings.ts';

/** A value that is set. */
export interface Given {
  /** The value as it may be printed: secrets are masked. */
  readonly shown: string;
  readonly from: 'environment' | '.env' | 'configuration' | 'contract';
}

export interface InEffect {
  readonly given: ReadonlyMap<string, Given>;
  readonly mistakes: readonly string[];
  readonly warnings: readonly string[];
}

/** Values that a contract file supplies for settings that are not set otherwise. */
export type ValuesOfContract = (settings: Settings) => Promise<Written>;

/**
 * All values that are set, by the names of their settings, the mistakes in them, and warnings about names that nothing
 * reads, one sentence each. Never throws because of a mistake of the user.
 */
export async function settingsInEffect(
  environment: Written,
  valuesOfContract: ValuesOfContract,
): Promise<InEffect> {
  const given = new Map<string, Given>();
  const mistakes: string[] = [];
  const add = (values: Written, from: Given['from']) => {
    for (const [name, value] of Object.entries(values))
      if (value !== undefined && (name in schema || serviceSettings.includes(name)))
        given.set(name, { shown: shown(name, value), from });
  };
  // A later source wins.
  await noting(mistakes, async () => add(await valuesOfContract(loadSettings(environment)), 'contract'));
  // A mistake in the file was reported above, with those of the settings.
  await noting([], () => {
    const file = readEnvFile();
    add(configuredBelow({ ...file, ...present(environment) }), 'configuration');
    add(file, '.env');
  });
  add(present(environment), 'environment');
  if (mistakes.length > 0) return { given, mistakes, warnings: [] };
  const contract = given.get('CONTRACT')?.shown;
  // The contract has no mistakes, so its file can be read.
  const text = contract === undefined ? '' : readText(contract);
  return { given, mistakes, warnings: unusedNames(text, environment) };
}

async function noting(mistakes: string[], act: () => Promise<void> | void): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    mistakes.push(...error.message.split('\n'));
  }
}

/** Addresses may have a password: only their public parts are shown. */
function shown(name: string, value: string): string {
  if (name in schema) return isSecret(name as SettingName) ? '(secret)' : withoutParts(value);
  return /SECRET|DATABASE/.test(name) ? '(secret)' : withoutParts(value);
}
