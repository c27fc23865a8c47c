import { type SettingName, type SettingValues, schema } from './schema.ts';

type SecretName = {
  [Name in SettingName]: (typeof schema)[Name] extends { readonly secret: true } ? Name : never;
}[SettingName];

/** The settings that reports may show: all of the schema but those that it marks as secret. */
export function publicSettings(settings: SettingValues): Omit<SettingValues, SecretName> {
  const names = Object.keys(schema) as SettingName[];
  const shown = names.filter((name) => !isSecret(name) && name in settings);
  return Object.fromEntries(shown.map((name) => [name, settings[name]])) as Omit<SettingValues, SecretName>;
}

export function isSecret(name: SettingName): boolean {
  return 'secret' in schema[name];
}
