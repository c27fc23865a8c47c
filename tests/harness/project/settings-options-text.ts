import { isSecret } from '../../../src/config/public-settings.ts';
import { type SettingName, schema } from '../../../src/config/schema.ts';
import { settingsOfOptions } from '../../../src/project/check-options.ts';

/** Settings that a configuration cannot have: secrets, and settings with an option of their own. */
const excluded: readonly string[] = Object.values(settingsOfOptions);

/** The text of `src/project/settings-options.ts`: an editor shows the description of each setting. */
export function settingsOptionsText(): string {
  const names = (Object.keys(schema) as SettingName[]).filter(
    (name) => !isSecret(name) && !excluded.includes(name),
  );
  const properties = names.map((name) => {
    const { describe, ...definition } = schema[name];
    const standard =
      'default' in definition && definition.default !== '' ? ` By default \`${definition.default}\`.` : '';
    const sentence = `${describe.charAt(0).toUpperCase()}${describe.slice(1)}.${standard}`;
    return `  /** ${sentence} */\n  readonly ${name}?: string | number | boolean;`;
  });
  return `// Made from the settings in src/config/schema.ts: npx tsx tests/harness/project/write-settings-options.ts

/** Settings by their names, with the values that environment variables have. A boolean is \`1\` or \`0\`. */
export interface SettingsOptions {
${properties.join('\n')}
}
`;
}
