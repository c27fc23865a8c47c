import { parseArgs } from 'node:util';
import { UserError } from '../../kernel/errors.ts';
import type { HistoryRecord } from '../record.ts';

const kinds: readonly string[] = ['load', 'chaos', 'bench', 'conduct'] satisfies HistoryRecord['kind'][];

interface Options {
  readonly kind?: string;
  readonly metric?: string;
  readonly runs?: string;
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly 'even-if-failed'?: boolean;
  readonly help?: boolean;
}

type Option = Exclude<keyof Options, 'help'>;

const types = {
  kind: 'string',
  metric: 'string',
  runs: 'string',
  all: 'boolean',
  yes: 'boolean',
  'even-if-failed': 'boolean',
} as const;

export interface Written {
  readonly values: Options;
  /** The arguments that are not options: runs. */
  readonly runs: readonly string[];
}

/**
 * The arguments of the command. Throws a UserError with the usage if an option or the number of
 * runs is wrong.
 */
export function readArguments(
  args: readonly string[],
  { usage, options, mostRuns }: { usage: string; options: readonly Option[]; mostRuns: number },
): Written {
  const chosen = Object.fromEntries(options.map((option) => [option, { type: types[option] }]));
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...chosen, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    const read = values as Options;
    if (read.kind !== undefined && !kinds.includes(read.kind))
      throw new Error(`"${read.kind}" is not a kind of run. Use one of: ${kinds.join(', ')}`);
    if (positionals.length > mostRuns) throw new Error(`"${positionals[mostRuns]}" is one argument too many`);
    return { values: read, runs: positionals };
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\. To specify|\n/);
    throw new UserError(`${sentence!.replace(/\.$/, '')}. ${usage}`);
  }
}
