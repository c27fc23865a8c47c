import { type SettingName, type SettingValues, schema } from './schema.ts';
import { SecretAddress } from './secret-address.ts';

type SecretName = {
  [Name in SettingName]: (typeof schema)[Name] extends { readonly secret: true } ? Name : never;
}[SettingName];

/** The settings that reports may show: all of the schema except the secret ones. */
export function publicSettings(settings: SettingValues): Omit<SettingValues, SecretName> {
  const names = Object.keys(schema) as SettingName[];
  const shown = names.filter((name) => !isSecret(name) && name in settings);
  return Object.fromEntries(shown.map((name) => [name, settings[name]])) as Omit<SettingValues, SecretName>;
}

/** Texts that must not appear anywhere: the value of each secret setting, or its sensitive parts. */
export function secretValues(settings: SettingValues): string[] {
  const names = (Object.keys(schema) as SettingName[]).filter(isSecret);
  return names.flatMap((name) => {
    const value = settings[name];
    if (value === undefined) return [];
    if (value instanceof SecretAddress) return value.secretParts;
    return typeof value === 'object' ? Object.values(value) : [value];
  });
}

export function isSecret(name: SettingName): name is SecretName {
  return 'secret' in schema[name];
}
