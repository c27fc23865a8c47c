import { schema } from '../../../config/schema.ts';
import { isSecretName } from '../../../meetings/identities/written.ts';

export interface Variable {
  readonly name: string;
  readonly isSecret: boolean;
  /** A value that may be shown. */
  readonly example: string;
  readonly about: string;
}

interface Given {
  /** Undefined for the reference service. */
  readonly url: string | undefined;
  /** The variables that the contract reads. */
  readonly variables: readonly string[];
}

/** The addresses and secrets that a run needs from its environment. */
export function variablesOf({ url, variables }: Given): Variable[] {
  const names = [...new Set([...(url === undefined ? [] : ['MEETINGS_SERVICE_URL']), ...variables])];
  return [
    ...names.map((name) => ({
      name,
      isSecret: isSecretName(name),
      example: name === 'MEETINGS_SERVICE_URL' ? url! : '',
      about: aboutOf(name),
    })),
    {
      name: 'ALERT_WEBHOOK_URL',
      isSecret: true,
      example: '',
      about: 'webhook that receives a message if a run finds something',
    },
  ];
}

function aboutOf(name: string): string {
  if (name === 'MEETINGS_SERVICE_URL') return 'the address of your service';
  return name in schema ? schema[name as keyof typeof schema].describe : 'read by the contract';
}

/** The lines that an `.env.example` lacks; with an introduction for a file without a line. */
export function environmentLines(variables: readonly Variable[], text: string, config: string): string[] {
  const missing = variables.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(text));
  const lines = missing.flatMap(({ name, example, about }) => ['', `# ${about}`, `#${name}=${example}`]);
  if (text.trim() !== '') return lines;
  return [
    `# Copy to .env, and fill in. The environment wins over .env, and .env over ${config}.`,
    '# npx fullhouse settings lists all settings; node_modules/fullhouse/docs/settings.md explains them.',
    ...lines,
  ];
}
