import { schema } from '../../../src/config/schema.ts';

interface Described {
  readonly name: string;
  readonly default?: string;
  readonly describe: string;
}

const settings: readonly Described[] = Object.entries(schema).map(([name, setting]) => ({
  name,
  ...setting,
}));

/** The settings as rows of the table in docs/settings.md. */
export function settingsTable(): string {
  const rows = settings.map(({ name, default: standard, describe }) => {
    const shown = standard === undefined || standard === '' ? '' : `\`${standard}\``;
    return `| \`${name}\` | ${shown} | ${describe.replaceAll('|', '\\|')} |`;
  });
  return ['| setting | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The text of `.env.example`: every setting with what it means, commented out at its default. */
export function envExample(): string {
  const head = '# Copy to .env and change what you need. The environment wins over this file.';
  const entries = settings.map(
    ({ name, default: standard = '', describe }) => `# ${describe}\n#${name}=${standard}`,
  );
  return `${[head, ...entries].join('\n\n')}\n`;
}
